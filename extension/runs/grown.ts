import type { LogChunk } from '../../engine/protocol';

/** What was written since: of each attempt of each node, what follows what was seen. `seen` is brought up to date. */
export function grown(seen: Map<string, number>, chunks: readonly LogChunk[]): LogChunk[] {
  return chunks.flatMap(({ node, attempt, text }) => {
    const key = `${node} ${attempt}`;
    const from = seen.get(key) ?? 0;
    seen.set(key, text.length);
    return text.length > from ? [{ node, attempt, text: text.slice(from) }] : [];
  });
}

/** The whole lines of what came, and what is left of the last one. */
export function linesOf(rest: string, text: string): { lines: string[]; rest: string } {
  const lines = (rest + text).split(/\r?\n/);
  return { rest: lines.pop() ?? '', lines };
}
