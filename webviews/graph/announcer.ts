import type { NodeStatus } from '../../extension/messages';
import { t } from '../words';
import { wordOf } from './states';

/** A screen reader hears no more than this often (milliseconds). */
const PAUSE = 1_000;
const MOST_NAMED = 3;

/** What changed between two states of a run, in a sentence; empty where nothing did that a person waits for. */
export function changeOf(
  before: ReadonlyMap<string, NodeStatus>,
  after: ReadonlyMap<string, NodeStatus>,
  nameOf: (id: string) => string,
): string {
  const changed = [...after.values()].filter(
    ({ node, state }) => before.has(node) && before.get(node)?.state !== state && state !== 'queued',
  );
  const named = changed.slice(0, MOST_NAMED).map(({ node, state }) => `${nameOf(node)} ${wordOf(state)}`);
  const more = changed.length - named.length;
  return [...named, ...(more > 0 ? [t('{0} more', more)] : [])].join(', ');
}

/** Says things politely, the latest last, at most one a second. */
export class Announcer {
  private waiting: number | null = null;
  private text = '';

  constructor(private readonly live: HTMLElement) {}

  say(text: string): void {
    if (text === '') return;
    this.text = text;
    this.waiting ??= window.setTimeout(() => {
      this.waiting = null;
      this.live.textContent = this.text;
    }, PAUSE);
  }
}
