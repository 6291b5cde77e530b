/**
 * Columns that a text takes at most. East Asian letters and pictures count two; marks that combine with the letter before
 * them are counted, too: a line that is thought too long is only cut earlier.
 */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += (letter.codePointAt(0) ?? 0) >= 0x1100 && !isNarrow(letter) ? 2 : 1;
  return width;
}

/** The beginning of a text, with an ellipsis where it did not fit. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let short = '';
  let width = 1;
  for (const letter of text) {
    width += widthOf(letter);
    if (width > columns) break;
    short += letter;
  }
  return columns > 0 ? `${short}…` : '';
}

/** Fills up with spaces. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Signs, arrows, boxes and blocks, such as this command itself prints. */
function isNarrow(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return code >= 0x1e00 && code <= 0x2bff;
}
