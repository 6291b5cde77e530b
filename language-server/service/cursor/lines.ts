/** Where the entry that an offset lies in begins: the key of the file around it, and the entry below that key. */
export interface EntryStart {
  /** The section's key at the margin; undefined before the first one. */
  section: string | undefined;
  /** Where the section's line begins. */
  sectionStart: number;
  /** Where the line of the entry below the section begins, or of the section itself where there is none. */
  start: number;
  /** How far the entries of the section are indented; undefined where it has none yet. */
  indent: number | undefined;
}

const SECTION = /^(["']?)([A-Za-z_][A-Za-z0-9_-]*)\1[ \t]*:(?=[ \t\r\n]|$)/;

/** Finds the entry around an offset, without a parser: what is at the cursor is seldom right yet. */
export function entryAt(text: string, offset: number): EntryStart {
  const found: EntryStart = { section: undefined, sectionStart: 0, start: 0, indent: undefined };
  for (let start = sectionBefore(text, offset); start <= offset; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const indent = indentAt(text, start);
    const sign = text[start + indent];
    const holds = sign !== undefined && sign !== '\n' && sign !== '\r' && sign !== '#';
    const dash = sign === '-' && /[\s]|^$/.test(text[start + indent + 1] ?? '');
    if (holds && indent === 0 && !dash && sign !== ']' && sign !== '}') {
      const key = SECTION.exec(text.slice(start, Math.min(end, start + 200)));
      found.section = key?.[2];
      found.sectionStart = start;
      found.start = start;
      found.indent = undefined;
    } else if (holds && sign !== ']' && sign !== '}') {
      found.indent ??= indent;
      if (indent === found.indent) found.start = start;
    }
    if (newline < 0) break;
    start = newline + 1;
  }
  return found;
}

/** Where the line of the last key at the margin begins that is not after an offset. */
function sectionBefore(text: string, offset: number): number {
  let start = lineStartAt(text, offset);
  while (start > 0 && !/[A-Za-z_"']/.test(text[start] ?? ' ')) start = lineStartAt(text, start - 1);
  return start;
}

export function indentAt(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 32) at++;
  return at - start;
}

/** Where the line of an offset begins. */
export function lineStartAt(text: string, offset: number): number {
  // From a negative place, lastIndexOf would look at the first sign all the same.
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}
