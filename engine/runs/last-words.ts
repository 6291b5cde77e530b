import { stripVTControlCharacters } from 'node:util';
import { logTail } from '../runtimes/log-tail';

const BYTES = 16 << 10;
const LINES = 60;
const MOST = 240;

/** As Python, Node, Java, R, Go and our own nodes begin the line that says what went wrong. */
const ERROR = /^(SF\d{4} |Caused by: |fatal: |panic: |[\w.$]*(Error|Exception)\b|[a-z]\w*(\.\w+)*\.[A-Z]\w*(:|$))/;

/** What an attempt that failed said of it in its log; null for nothing. */
export async function lastWords(directory: string): Promise<string | null> {
  // Without them the fault still tells where the log is.
  return wordsOf(await logTail(directory, BYTES).catch(() => ''));
}

/** The last line that names an error, and where none does the last one, in one short line. */
export function wordsOf(text: string): string | null {
  const lines = stripVTControlCharacters(text)
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-LINES);
  const said = lines.findLast((line) => ERROR.test(line)) ?? lines.at(-1);
  if (said === undefined) return null;
  return said.length > MOST ? `${said.slice(0, MOST - 1)}…` : said;
}
