import { type Document, isMap, isSeq, type Pair } from 'yaml';
import { lineEnd } from './lines';
import { quoteFix } from './misread';
import type { YamlNode } from './nodes';

/** What is known of one place that YAML can't read. Offsets. */
export interface SyntaxProblem {
  code: 'SF1001' | 'SF1002' | 'SF1003' | 'SF1004';
  message: string;
  remedy: string;
  start: number;
  end: number;
  fix?: { start: number; end: number; text: string };
}

/** An error of the parser: its code, message and place. */
export interface ParserError {
  code: string;
  message: string;
  pos: readonly [number, number];
}

/** Says what is wrong where the parser stopped, in words that help. */
export function explain(error: ParserError, document: Document | undefined, text: string): SyntaxProblem {
  const start = whereItBegan(error, document, text);
  const end = start === error.pos[0] ? Math.min(error.pos[1], lineEnd(text, start)) : start + 1;
  const place = { start, end: Math.max(start + 1, end) };
  const misread = misreadAt(text, error.pos[0], error);
  if (misread) return misread;
  if (error.code === 'RESOURCE_EXHAUSTION' || /call stack/.test(error.message)) {
    return {
      code: 'SF1004',
      message: 'The file is nested too deep to be read.',
      remedy: 'Nothing in a workflow is: look for a bracket that is never closed.',
      start: 0,
      end: 1,
    };
  }
  const [message, remedy] = wordsFor(error, text[start]);
  return { code: error.code === 'MULTIPLE_DOCS' ? 'SF1003' : 'SF1001', message, remedy, ...place };
}

const NO_DASH = /without - indicator/;

/** The error at the place that it is about: of an entry without its dash, the parser has the comments before it. */
export function settled(error: ParserError, text: string): ParserError {
  const [at, end] = error.pos;
  if (!NO_DASH.test(error.message)) return error;
  let start = at;
  while (start < text.length) {
    const rest = start + (/^[ \r\n]*/.exec(text.slice(start, start + MAX_LOOK))?.[0].length ?? 0);
    if (text[rest] === '#' && (rest === 0 || /\s/.test(text[rest - 1]!))) start = lineEnd(text, rest);
    else if (rest === start) break;
    else start = rest;
  }
  return start === at || start >= text.length ? error : { ...error, pos: [start, Math.max(end, start + 1)] };
}

/** The bracket or quote that is never closed is what is wrong, not the place behind it where the parser gave up. */
function whereItBegan(error: ParserError, document: Document | undefined, text: string): number {
  const [at] = error.pos;
  if (/^Missing closing "/.test(error.message)) return lastQuote(text, '"', at);
  if (/^Missing closing '/.test(error.message)) return lastQuote(text, "'", at);
  const kind = /^Flow (map|sequence)/.exec(error.message)?.[1];
  const bracket = kind === 'map' ? '{' : kind === 'sequence' ? '[' : undefined;
  if (bracket === undefined || !document) return at;
  let node = document.contents as YamlNode;
  let found = at;
  while (isMap(node) || isSeq(node)) {
    const start = node.range?.[0] ?? 0;
    if (node.flow && text[start] === bracket) found = start;
    const inner: YamlNode[] = isMap(node)
      ? (node.items as Pair[]).map((pair) => (pair.value ?? pair.key) as YamlNode)
      : (node.items as YamlNode[]);
    node = inner.findLast((item) => item?.range && item.range[0] < at) ?? null;
  }
  return found;
}

function lastQuote(text: string, quote: string, before: number): number {
  for (let at = before - 1; at >= 0; at--) {
    if (text[at] === quote && text[at - 1] !== '\\' && text[at - 1] !== quote) return at;
  }
  return before;
}

function wordsFor(error: ParserError, sign = ''): [message: string, remedy: string] {
  const { code, message } = error;
  if (/^Flow (map|sequence)/.test(message)) {
    const bracket = message.startsWith('Flow map') ? ['{', '}'] : ['[', ']'];
    return [`This "${bracket[0]}" is not closed.`, `Add "${bracket[1]}", and indent what is between the brackets.`];
  }
  if (code === 'TAB_AS_INDENT') return ['A tab can not indent.', 'Indent with spaces.'];
  if (code === 'MULTIPLE_DOCS')
    return ['A file has one workflow only.', 'Remove "---" and what follows it, or write a second file.'];
  if (code === 'MISSING_CHAR' && /quote/.test(message)) return ['This quote is not closed.', 'Add the closing quote.'];
  if (code === 'MISSING_CHAR' && NO_DASH.test(message))
    return ['This entry of a list has no "-" before it.', 'Write "- " before it, or indent it as what it belongs to.'];
  if (code === 'MISSING_CHAR' && /map values/.test(message))
    return ['A key has no ":" after it.', 'Write "key: value".'];
  if (code === 'MISSING_CHAR')
    return ['A "," is missing here.', 'Write "," between the values, or put the text in quotes.'];
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    return ['A second ": " on this line makes it two keys.', 'Put the value in quotes, or begin a new line.'];
  }
  if (code === 'MULTILINE_IMPLICIT_KEY')
    return ['A key is spread over several lines.', 'Write "key: value" on one line.'];
  if (code === 'BAD_INDENT')
    return ['This line is indented like nothing around it.', 'Indent it as the other entries of its map or list.'];
  if (code === 'UNEXPECTED_TOKEN' && /^[\]}]$/.test(sign))
    return [`"${sign}" closes nothing.`, `Remove it, or add the bracket that it closes.`];
  if (code === 'KEY_OVER_1024_CHARS') return ['A key is longer than 1024 characters.', 'Shorten it.'];
  if (code === 'BAD_ALIAS')
    return ['YAML reads a word with "*" or "&" as an alias or an anchor.', 'Write it in quotes.'];
  if (code === 'BAD_DQ_ESCAPE')
    return ['A "\\" in double quotes begins an escape that does not exist.', 'Write "\\\\", or use single quotes.'];
  return [
    `YAML can't read this: ${message.split('\n')[0]}.`.replace('..', '.'),
    'Mend the line, or put its text in quotes.',
  ];
}

const MAX_LOOK = 400;

/** Texts that have a meaning of their own in YAML's flow style: one message with the quotes that mend it. */
function misreadAt(text: string, at: number, { code, message }: ParserError): SyntaxProblem | undefined {
  if (code === 'TAB_AS_INDENT' || NO_DASH.test(message)) return undefined;
  // What could be misread is short: a line of a megabyte is not looked at from end to end.
  const line = {
    start: Math.max(text.lastIndexOf('\n', at - 1) + 1, at - MAX_LOOK),
    end: Math.min(lineEnd(text, at), at + MAX_LOOK),
  };
  for (const match of text
    .slice(line.start, line.end)
    .matchAll(/[\w.-]{1,200} *-> *[\w.-]{1,200} *\[[^\][\n"']{0,200}\]/g)) {
    const start = line.start + match.index;
    const end = start + match[0].length;
    if (at < start || at > end) continue;
    return quoted(text, start, end, `In brackets, YAML reads the label of "${match[0]}" as a list.`);
  }
  const sign = text[at] ?? '';
  const inBrackets = /[[{]/.test(text.slice(line.start, at));
  if (code === 'BLOCK_IN_FLOW' || (inBrackets && sign === '-' && /[\s,\]}]/.test(text[at + 1] ?? ' '))) {
    const dash = text
      .slice(line.start, line.end)
      .slice(at - line.start)
      .indexOf('-');
    const start = sign === '-' ? at : dash >= 0 ? at + dash : at;
    return quoted(text, start, start + 1, 'In brackets, YAML reads a lone "-" as the beginning of a list.');
  }
  if (code === 'BAD_SCALAR_START') {
    const word = /^[^,\]}\n]*/.exec(text.slice(at, line.end))![0].trimEnd();
    return quoted(text, at, at + word.length, `YAML keeps "${sign}" at the beginning of a text for itself.`);
  }
  if (code === 'BLOCK_AS_IMPLICIT_KEY') {
    const rest = text
      .slice(at, line.end)
      .replace(/\s+#.*$/, '')
      .trimEnd();
    if (inBrackets || rest === '') return undefined;
    return quoted(text, at, at + rest.length, `YAML reads the second ": " of this line as another key.`);
  }
  return undefined;
}

function quoted(text: string, start: number, end: number, message: string): SyntaxProblem {
  const fix = quoteFix(text, start, end);
  return {
    code: 'SF1002',
    message,
    remedy: fix === undefined ? 'Write it in quotes.' : `Write it in quotes: ${fix}`,
    start,
    end,
    ...(fix !== undefined && { fix: { start, end, text: fix } }),
  };
}
