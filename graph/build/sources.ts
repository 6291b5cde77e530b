import type { Checked } from '../definition/shape';
import type { sourceShape } from '../definition/source';
import { seconds } from '../language/amounts';
import type { Source } from '../workflow';

/** A source of the file. @returns undefined where its path was refused. */
export function buildSource(name: string, checked: Checked<typeof sourceShape>): Source | undefined {
  const { range, nameRange } = checked;
  if (checked.value.short) {
    return { range, nameRange, name, path: checked.value.short.value, watch: false, settle: 0, type: FILE };
  }
  const { path, watch, settle, type } = checked.value.long!.value;
  if (!path) return undefined;
  const common = { range, nameRange, name, path: path.value, type: type.value };
  return { ...common, watch: watch.value, settle: seconds(settle.value) };
}

/** The type that says no more than that something is there. */
export const FILE = 'file';
