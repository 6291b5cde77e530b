import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver-types';
import { isCollection, isScalar } from 'yaml';
import { extent } from '../../graph/text/nodes';
import { type Place, visitPlaces } from './places';
import type { Snapshot } from './snapshot';

/** Clients fold a few thousand ranges at most; the outer ones are worth more. */
const MAX_RANGES = 5000;

/** What goes over several lines: sections, entries, brackets, blocks of text, comments. */
export function foldingRanges(snapshot: Snapshot): FoldingRange[] {
  const ranges = new Map<number, FoldingRange & { depth: number }>();
  const add = (startLine: number, endLine: number, depth: number, kind?: FoldingRangeKind): void => {
    if (endLine <= startLine || (ranges.get(startLine)?.endLine ?? -1) >= endLine) return;
    ranges.set(startLine, { startLine, endLine, depth, ...(kind && { kind }) });
  };
  visitPlaces(snapshot, (place) => {
    const lines = linesOfPlace(snapshot, place);
    if (lines) add(lines.start, lines.end, place.path.length);
  });
  for (const { start, end } of commentBlocks(snapshot.text)) add(start, end, 1, FoldingRangeKind.Comment);
  return [...ranges.values()]
    .sort((one, other) => one.depth - other.depth || one.startLine - other.startLine)
    .slice(0, MAX_RANGES)
    .map(({ depth: _, ...range }) => range);
}

function linesOfPlace(snapshot: Snapshot, { node, key, path }: Place): { start: number; end: number } | undefined {
  if (path.length === 0 || (!isCollection(node) && !isScalar(node))) return undefined;
  const span = extent(node, snapshot.text);
  if (!span) return undefined;
  const start = snapshot.lines.positionAt(key?.range?.[0] ?? span.start).line;
  const trimmed = snapshot.text.slice(span.start, span.end).trimEnd().length;
  const end = snapshot.lines.positionAt(span.start + trimmed).line;
  // The line of a closing bracket stays visible.
  const closes = isCollection(node) && node.flow && end > start + 1;
  return { start, end: closes ? end - 1 : end };
}

function commentBlocks(text: string): { start: number; end: number }[] {
  const blocks: { start: number; end: number }[] = [];
  let start: number | undefined;
  for (const [number, line] of [...text.split('\n'), ''].entries()) {
    const comment = line.trimStart().startsWith('#');
    if (comment) start ??= number;
    else if (start !== undefined) {
      if (number - start > 1) blocks.push({ start, end: number - 1 });
      start = undefined;
    }
  }
  return blocks;
}
