import type { RunSummary, StepSummary } from '../../engine/protocol';
import type { Range } from '../../graph';
import type { Outline } from '../graph/outline';
import type { Scene } from '../graph/scene';
import type { NodeProblem, NodeStatus } from '../messages';
import { ownerOf } from '../runs/node-of';
import { foremost } from '../runs/step-of';
import { duration } from '../trees/duration';

/** A problem as the Problems view has it, without VS Code's classes. `severity` 0: error, 1: warning. */
export interface Mark {
  range: Range;
  severity: number;
  message: string;
}

/** The worst problem of each node and edge. */
export function problemsOf({ nodes, edges }: Outline, marks: readonly Mark[]): NodeProblem[] {
  return [...nodes, ...edges].flatMap(({ id, range }): NodeProblem[] => {
    const within = marks.filter(({ range: at, severity }) => severity <= 1 && contains(range, at));
    const worst = within.toSorted((a, b) => a.severity - b.severity)[0];
    if (!worst) return [];
    return [{ node: id, severity: worst.severity === 0 ? 'error' : 'warning', message: worst.message.split('\n')[0]! }];
  });
}

function contains(outer: Range, inner: Range): boolean {
  const after = (a: Range['start'], b: Range['start']) =>
    a.line > b.line || (a.line === b.line && a.character >= b.character);
  return after(inner.start, outer.start) && after(outer.end, inner.end);
}

/** How each node stands in a run, `inserted` ones among them; candidates' steps are not the node's. */
export function statusOf(summary: RunSummary | undefined, inserted: ReadonlySet<string> = new Set()): NodeStatus[] {
  const steps = (summary?.nodes ?? []).filter(({ name }) => !name.includes('/') || inserted.has(ownerOf(name)));
  return [...Map.groupBy(steps, ({ name }) => ownerOf(name))].map(([node, own]) => {
    const { state, startedAt, endedAt, progress } = foremost(own);
    const share = state === 'running' && progress ? `${Math.round(100 * progress.done)} %` : '';
    return { node, state, detail: share || duration(startedAt, endedAt), ...spanOf(own) };
  });
}

/** From the first start of a node's steps to their last end; without an end while one of them runs. */
function spanOf(steps: readonly StepSummary[]): { from: number | null; to: number | null } {
  const started = steps.filter(({ startedAt }) => startedAt !== null);
  if (started.length === 0) return { from: null, to: null };
  const ends = started.map(({ endedAt }) => (endedAt === null ? null : Date.parse(endedAt)));
  const going = ends.includes(null);
  return {
    from: Math.min(...started.map(({ startedAt }) => Date.parse(startedAt!))),
    to: going ? null : Math.max(...ends.map(Number)),
  };
}

/** The nodes of a drawing that revisions put there. */
export const insertedIn = ({ boxes }: Scene): ReadonlySet<string> =>
  new Set(boxes.filter(({ inserted }) => inserted).map(({ id }) => id));

/** The revision that put a node or an edge of the drawing there, or that says otherwise of a node than the text. */
export function originIn({ boxes, lines }: Scene, id: string): { decision: string } | undefined {
  const edges = lines.flatMap((line) => line.edges);
  const box = boxes.find((one) => one.id === id);
  return box ? (box.inserted ?? box.revised) : edges.find((one) => one.id === id)?.inserted;
}
