/** How many digits follow an escape that names a character by its number. */
const DIGITS: Record<string, number> = { x: 2, u: 4, U: 8 };
const MEANINGS: Record<string, string> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

/**
 * What a text between double quotes means.
 *
 * @returns for each of its UTF-16 units, and for its end, where it begins in what is written.
 */
export function unescaped(written: string): { text: string; starts: number[] } {
  let text = '';
  const starts: number[] = [];
  for (let index = 0; index < written.length; ) {
    const [length, meaning] = written[index] === '\\' ? escapeAt(written, index) : [1, written[index]!];
    for (const _ of meaning.split('')) starts.push(index);
    text += meaning;
    index += length;
  }
  starts.push(written.length);
  return { text, starts };
}

/** The length and the meaning of the escape at an index; one that YAML does not know is what follows its backslash. */
function escapeAt(written: string, index: number): [number, string] {
  const sign = written[index + 1] ?? '';
  const fold = /^\r?\n[ \t]*/.exec(written.slice(index + 1))?.[0];
  if (fold !== undefined) return [1 + fold.length, ''];
  const digits = DIGITS[sign];
  if (digits === undefined) return [1 + sign.length, MEANINGS[sign] ?? sign];
  const code = Number.parseInt(written.slice(index + 2, index + 2 + digits), 16);
  return [2 + digits, code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd'];
}
