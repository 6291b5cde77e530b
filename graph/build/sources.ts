import type { Checked } from '../definition/shape';
import type { sourceShape } from '../definition/source';
import type { Source } from '../workflow';

/** A source of the file. @returns undefined where its path was refused. */
export function buildSource(name: string, checked: Checked<typeof sourceShape>): Source | undefined {
  const { range, nameRange } = checked;
  if (checked.value.short) {
    return { range, nameRange, name, path: checked.value.short.value, watch: false, type: FILE };
  }
  const { path, watch, type } = checked.value.long!.value;
  if (!path) return undefined;
  return { range, nameRange, name, path: path.value, watch: watch.value, type: type.value };
}

/** The type that says no more than that something is there. */
export const FILE = 'file';
