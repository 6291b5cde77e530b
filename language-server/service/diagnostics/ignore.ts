import { ignoredIn } from '../../../graph';
import { derived, type Snapshot } from '../snapshot';

const ignoredOf = derived(({ text }: Snapshot) => ignoredIn(text));

/** Is a code silenced on a line? */
export function isIgnored(snapshot: Snapshot, code: string, line: number): boolean {
  return ignoredOf(snapshot).get(line)?.has(code) ?? false;
}
