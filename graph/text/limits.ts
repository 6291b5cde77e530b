/** What a text may measure at most: hostile files are refused before they cost anything. */
export const MAX_LENGTH = 4 * 1024 * 1024;
export const MAX_DEPTH = 64;
/** Signs that make a parser work: line ends, commas, colons, dashes. A graph of 100,000 edges has half as many. */
export const MAX_SIGNS = 600_000;

export interface TextObjection {
  code: 'SF1004' | 'SF1005';
  message: string;
  remedy: string;
  at: number;
}

/** Why a text is not even parsed. @returns undefined where it is. */
export function objectionToText(text: string): TextObjection | undefined {
  if (text.length > MAX_LENGTH) {
    return {
      code: 'SF1004',
      message: `The file has ${text.length} characters, and at most ${MAX_LENGTH} can be read.`,
      remedy: 'Split the workflow, or generate fewer nodes: versions of a node are a matrix.',
      at: 0,
    };
  }
  let signs = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 44 || code === 45 || code === 58) signs++;
    else if (isOdd(code) || (code === 0xfeff && at > 0)) {
      return {
        code: 'SF1005',
        message: `The file has a character that no text has (U+${code.toString(16).toUpperCase().padStart(4, '0')}).`,
        remedy: 'Remove the character, and save the file as UTF-8.',
        at,
      };
    }
  }
  if (signs > MAX_SIGNS) {
    return {
      code: 'SF1004',
      message: `The file has ${signs} separators, and at most ${MAX_SIGNS} can be read.`,
      remedy: 'Split the workflow, or generate fewer nodes: versions of a node are a matrix.',
      at: 0,
    };
  }
  return undefined;
}

/** Control characters other than tab and line ends, and what stands for bytes that are not UTF-8. */
function isOdd(code: number): boolean {
  return (code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127 || code === 0xfffd;
}
