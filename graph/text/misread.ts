const MAX_LENGTH = 200;

/**
 * The quoted form of a piece of the text, where that is all that it takes.
 *
 * @returns undefined where it spans lines, is very long, or has quotes of its own.
 */
export function quoteFix(text: string, start: number, end: number): string | undefined {
  const written = text.slice(start, end).trim();
  if (written === '' || written.length > MAX_LENGTH || /[\r\n]/.test(written)) return undefined;
  if (!written.includes("'")) return `'${written}'`;
  return /["\\]/.test(written) ? undefined : `"${written}"`;
}
