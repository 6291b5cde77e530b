import type { NodeStatus } from '../../extension/messages';
import { t } from '../words';
import { wordOf } from './states';

/** A screen reader hears no more than this often (milliseconds). */
const PAUSE = 1_000;
const MOST_NAMED = 3;

type Statuses = ReadonlyMap<string, NodeStatus>;

/** What changed between two states of a run, in a sentence; empty where nothing did that a person waits for. */
export function changeOf(before: Statuses, after: Statuses, nameOf: (id: string) => string): string {
  const changed = [...after.values()].filter(
    ({ node, state }) => before.has(node) && before.get(node)?.state !== state && state !== 'queued',
  );
  const named = changed.slice(0, MOST_NAMED).map(({ node, state }) => `${nameOf(node)} ${wordOf(state)}`);
  const more = changed.length - named.length;
  return [...named, ...(more > 0 ? [t('{0} more', more)] : [])].join(', ');
}

/** Says politely how a run goes, at most once a second: all that has changed since it said something. */
export class Announcer {
  /** The states that were said, or could be seen; null: nothing waits to be said. */
  private before: Statuses | null = null;
  private after: Statuses = new Map();
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly live: Pick<HTMLElement, 'textContent'>) {}

  hear(before: Statuses, after: Statuses, nameOf: (id: string) => string): void {
    this.after = after;
    if (this.before || changeOf(before, after, nameOf) === '') return;
    this.before = before;
    this.waiting = setTimeout(() => {
      this.live.textContent = changeOf(this.before!, this.after, nameOf);
      this.before = null;
    }, PAUSE);
  }

  /** The states that follow are of another graph. */
  forget(): void {
    clearTimeout(this.waiting);
    this.before = null;
  }
}
