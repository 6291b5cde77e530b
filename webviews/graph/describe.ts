import type { Box, Line, NodeProblem } from '../../extension/messages';
import type { Overlay } from './overlay';

/** How many edges begin and end at each node. */
export interface Degrees {
  inputs: ReadonlyMap<string, number>;
  outputs: ReadonlyMap<string, number>;
}

export function degreesOf(lines: readonly Line[]): Degrees {
  const [inputs, outputs] = [new Map<string, number>(), new Map<string, number>()];
  for (const { from, to } of lines.flatMap(({ edges }) => edges)) {
    inputs.set(to, (inputs.get(to) ?? 0) + 1);
    outputs.set(from, (outputs.get(from) ?? 0) + 1);
  }
  return { inputs, outputs };
}

/** A line each: what it runs, what it is, how it is, what is wrong with it. */
export function describe(
  { id, name, kind, nature, program, label }: Box,
  degrees: Degrees,
  { status, problems }: Pick<Overlay, 'status' | 'problems'>,
): string {
  const count = (many = 0, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`;
  const one = status.get(id);
  const problem = problems.get(id);
  const ends = `${count(degrees.inputs.get(id), 'input')}, ${count(degrees.outputs.get(id), 'output')}`;
  return [
    `${name}: ${program}`,
    `${kind}, ${nature}${label === kind ? '' : `, ${label}`}, ${ends}`,
    ...(one ? [`${one.state} ${one.detail}`.trim()] : []),
    ...(problem ? [`${problem.severity}: ${problem.message}`] : []),
  ].join('\n');
}

/** What a line stands for, an edge a line; what is wrong with it. */
export function titleOf({ kind, from, to, edges }: Line, problems: ReadonlyMap<string, NodeProblem>): string {
  if (kind === 'improves') return `${from} improves ${to}`;
  const end = (id: string, port: string | null) => (port === null ? id : `${id}.${port}`);
  return edges
    .map(({ id, fromPort, toPort, label, via, ...edge }) => {
      const problem = problems.get(id);
      const trouble = problem ? `\n${problem.severity}: ${problem.message}` : '';
      const medium = via === 'tracker' ? ' via tracker' : '';
      return `${end(edge.from, fromPort)} → ${end(edge.to, toPort)} [${label}]${medium}${trouble}`;
    })
    .join('\n');
}
