import { isMap, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface TextEdit {
  /** Offsets in the text. */
  start: number;
  end: number;
  text: string;
}

/**
 * The one edit that gives a node its thresholds, in the style in which the node is written.
 *
 * @returns null where the text has no such node, or not as a plain map.
 */
export function thresholdsEdit(text: string, node: string, low: number, high: number): TextEdit | null {
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const nodes = document.get('nodes', true);
  const found = isMap(nodes) ? nodes.get(node, true) : undefined;
  if (!isMap(found)) return null;
  const value = `[${short(low)}, ${short(high)}]`;
  const parameters = found.get('with', true);
  if (isNothing(parameters)) return behindKey(text, found, 'with', `{ thresholds: ${value} }`);
  if (parameters === undefined) return insertion(text, found, `with: { thresholds: ${value} }`);
  if (!isMap(parameters)) return null;
  const written = parameters.get('thresholds', true);
  if (isRanged(written)) return { start: written.range[0], end: endOfText(text, written.range[1]), text: value };
  return insertion(text, parameters, `thresholds: ${value}`);
}

const short = (loss: number): number => Number(loss.toPrecision(6));

function isRanged(value: unknown): value is { range: [number, number, number] } {
  return typeof value === 'object' && value !== null && Array.isArray((value as { range?: unknown }).range);
}

/** A key with no value, not even a `null`. */
const isNothing = (value: unknown): boolean =>
  isScalar(value) && value.value === null && value.range?.[0] === value.range?.[1];

/** Gives a key its value, before a comment that follows it. */
function behindKey(text: string, map: YAMLMap, name: string, value: string): TextEdit | null {
  const key = map.items.map((pair) => pair.key).find((one) => isScalar(one) && one.value === name);
  if (!isScalar(key) || !key.range) return null;
  const colon = /^[ \t]*:/.exec(text.slice(key.range[1]))?.[0];
  const at = key.range[1] + (colon?.length ?? 0);
  return { start: at, end: at, text: colon === undefined ? `: ${value}` : ` ${value}` };
}

function insertion(text: string, map: YAMLMap, entry: string): TextEdit | null {
  const last = map.items.at(-1);
  if (!last) {
    const inside = (map.range?.[0] ?? 0) + 1;
    return map.flow ? { start: inside, end: inside, text: ` ${entry} ` } : null;
  }
  const end = endOf(last);
  if (end === null) return null;
  if (map.flow) return { start: end, end, text: `, ${entry}` };
  const column = columnOf(text, map);
  const closed = endOfText(text, end);
  // Behind what is said at the end of that line.
  const comment = /^[ \t]*#[^\r\n]*/.exec(text.slice(closed))?.[0] ?? '';
  const at = closed + comment.length;
  return { start: at, end: at, text: `\n${' '.repeat(column)}${entry}` };
}

/** A block's end lies behind the line ends that follow it. */
const endOfText = (text: string, end: number): number => text.slice(0, end).trimEnd().length;

function endOf(pair: unknown): number | null {
  if (!isPair(pair)) return null;
  const { value, key } = pair as Pair;
  const end = isRanged(value) ? value.range[1] : isRanged(key) ? key.range[1] : null;
  return end;
}

function columnOf(text: string, map: YAMLMap): number {
  const key = map.items[0]?.key;
  const start = isScalar(key) && key.range ? key.range[0] : (map.range?.[0] ?? 0);
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}
