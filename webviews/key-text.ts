/** A row of a sheet of keys: key bindings of the manifest, written as it writes them, with all that are bound to the commands. */
export interface BoundKeys {
  /** Command (without `scanflow.`) -> its keys. */
  bound: Record<string, string[]>;
  what: string;
  /** Where the keys are too many to be listed. */
  shown?: string;
}

const SIGNS: Record<string, string> = { shift: '⇧', left: '←', right: '→', up: '↑', down: '↓' };

/** On a Mac every Ctrl of the manifest is the command key. */
const MAC = /^mac/i.test(globalThis.navigator?.platform ?? '');

/** `ctrl+shift+z` as people read it: `Ctrl+⇧+Z`, and `⌘+⇧+Z` on a Mac; `shift+/` is what it writes. */
export function keyText(key: string, mac = MAC): string {
  if (key === 'shift+/') return '?';
  if (key === '=') return '+';
  return key
    .split('+')
    .map((part) => (mac && part === 'ctrl' ? '⌘' : (SIGNS[part] ?? part.charAt(0).toUpperCase() + part.slice(1))))
    .join('+')
    .replace(/^⇧\+/, '⇧ ');
}

/** What stands in the first column. Keys that write the same sign, such as those of a number pad, stand there once. */
export function keysOf({ bound, shown }: BoundKeys, mac = MAC): string {
  const plain = Object.values(bound)
    .flat()
    .filter((key) => !key.startsWith('numpad') && key !== 'shift+=');
  return shown ?? [...new Set(plain.map((key) => keyText(key, mac)))].join(', ');
}
