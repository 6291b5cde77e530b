/** `model`, `model.data`, `sources.clean`: one end of an edge, as names. */
export interface WrittenEndpoint {
  node: string;
  port?: string;
  source: boolean;
  /** Where the second name begins, counted from the first letter. */
  second?: number;
}

/** The names of what `node.port` may not be taken for. */
export const RESERVED_NODES: ReadonlySet<string> = new Set(['sources', 'metrics', 'system', 'inputs', 'outputs']);

const ENDPOINT = /^([A-Za-z_][A-Za-z0-9_-]{0,62})(?:\.([A-Za-z_][A-Za-z0-9_-]{0,62}))?$/;

/** Reads one end of an edge. @returns undefined where it is none. */
export function readEndpoint(written: string): WrittenEndpoint | undefined {
  const match = ENDPOINT.exec(written);
  if (!match) return undefined;
  const [, first, second] = match as unknown as [string, string, string | undefined];
  if (first === 'sources') {
    return second === undefined ? undefined : { node: second, source: true, second: first.length + 1 };
  }
  return second === undefined
    ? { node: first, source: false }
    : { node: first, port: second, source: false, second: first.length + 1 };
}
