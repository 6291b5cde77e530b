import type { Line, NodeStatus, Scene } from '../../extension/messages';
import { t } from '../words';
import { append } from './elements';
import { placeOf } from './walk';

type Status = ReadonlyMap<string, NodeStatus>;

/** When a run began and ended, as far as its nodes say; null where none has started. */
export function spanOf(status: Status): { from: number; to: number } | null {
  const times = [...status.values()].flatMap(({ from, to }) => (from === null ? [] : [from, to ?? from]));
  return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) };
}

/** How the nodes stood at a moment of a run. What never started (from the cache, supplied, skipped) stands as it does. */
export function statusAt(status: Status, at: number): Map<string, NodeStatus> {
  return new Map(
    [...status].map(([id, one]) => {
      if (one.from === null) return [id, one];
      if (at < one.from) return [id, { ...one, state: 'pending', detail: '' }];
      if (one.to !== null && at >= one.to) return [id, one];
      return [id, { ...one, state: 'running', detail: clock(at - one.from) }];
    }),
  );
}

/**
 * What a run waited for, from its end back: of the nodes before each, the one that ended last.
 *
 * @returns What is drawn of it: a closed group stands for what it hides, and began with the first of that.
 */
export function criticalPath(scene: Scene, status: Status): ReadonlySet<string> {
  const before = Map.groupBy(scene.lines, ({ to }) => to);
  const began = new Map<string, number>();
  const all = [...status.values()].flatMap(({ node, from, to }): Passed[] => {
    const place = from === null ? undefined : placeOf(scene, node)?.id;
    if (from === null || place === undefined) return [];
    began.set(place, Math.min(from, began.get(place) ?? from));
    return to === null ? [] : [{ place, ended: to }];
  });
  const path = new Set<string>();
  for (let at = lastOf(all); at !== null && !path.has(at); ) {
    path.add(at);
    const start = began.get(at)!;
    const passed = (before.get(at) ?? []).flatMap((line) => passedOf(line, status));
    at = lastOf(passed.filter(({ ended }) => ended <= start));
  }
  return path;
}

/** When a node ended, and where it is drawn. */
interface Passed {
  place: string;
  ended: number;
}

/** The nodes that a line comes from, as far as they ran. */
function passedOf({ from: place, edges }: Line, status: Status): Passed[] {
  return edges.flatMap(({ from }) => {
    const one = status.get(from);
    return one && one.from !== null && one.to !== null ? [{ place, ended: one.to }] : [];
  });
}

function lastOf(passed: readonly Passed[]): string | null {
  return (
    passed.reduce<Passed | null>((last, one) => (last && last.ended >= one.ended ? last : one), null)?.place ?? null
  );
}

/** `0:41`, `1:02:03`. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export interface ReplayHands {
  /** A moment of the run; null: as it is now. */
  replay(at: number | null): void;
  critical(on: boolean): void;
}

/** Below the tools: a run's time, to be gone through, and what it waited for. Shown where a run is. */
export function buildReplay(parent: HTMLElement, hands: ReplayHands) {
  const box = append(parent, 'div', 'replay');
  box.hidden = true;
  const label = append(box, 'label');
  label.textContent = t('Replay');
  label.htmlFor = 'replay';
  const range = append(box, 'input');
  range.type = 'range';
  range.id = 'replay';
  range.setAttribute('aria-label', t('Replay'));
  range.min = '0';
  range.step = '1';
  const time = append(box, 'output');
  const critical = append(box, 'button');
  critical.textContent = t('Critical path');
  critical.title = t('Lights the nodes that the run waited for, one after the other');
  critical.setAttribute('aria-pressed', 'false');
  let from = 0;
  const say = () => {
    const [now, all] = [clock(Number(range.value)), clock(Number(range.max))];
    time.textContent = `${now} / ${all}`;
    range.setAttribute('aria-valuetext', t('{0} of {1}', now, all));
  };
  range.addEventListener('input', () => {
    say();
    hands.replay(Number(range.value) >= Number(range.max) ? null : from + Number(range.value));
  });
  critical.addEventListener('click', () => {
    const on = critical.getAttribute('aria-pressed') !== 'true';
    critical.setAttribute('aria-pressed', String(on));
    hands.critical(on);
  });
  return {
    /** @param at The moment that is shown; null: the last one. */
    show(span: { from: number; to: number } | null, at: number | null, path: boolean) {
      box.hidden = span === null || span.to <= span.from;
      critical.setAttribute('aria-pressed', String(path));
      if (span === null) return;
      from = span.from;
      range.max = String(span.to - span.from);
      range.value = String((at ?? span.to) - span.from);
      say();
    },
  };
}
