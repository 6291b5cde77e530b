import type { Box, Line, NodeProblem } from '../../extension/messages';
import { t } from '../words';
import { sayCandidate } from './candidates';
import { originsOf } from './inserted';
import type { Overlay } from './overlay';
import { wordOf } from './states';

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
  box: Box,
  degrees: Degrees,
  { status, stale, problems, candidates }: Pick<Overlay, 'status' | 'stale' | 'problems' | 'candidates'>,
): string {
  const { id, name, kind, nature, program, label } = box;
  const one = status.get(id);
  const problem = problems.get(id);
  const candidate = candidates.get(id);
  const [inputs, outputs] = [degrees.inputs.get(id) ?? 0, degrees.outputs.get(id) ?? 0];
  const ends = `${t(inputs === 1 ? '{0} input' : '{0} inputs', inputs)}, ${t(outputs === 1 ? '{0} output' : '{0} outputs', outputs)}`;
  return [
    `${name}: ${program}`,
    `${kind}, ${nature}${label === kind ? '' : `, ${label}`}, ${ends}`,
    ...originsOf(box),
    ...(one
      ? [`${wordOf(one.state)} ${one.detail}`.trim() + (stale === null ? '' : `, ${t('from run {0}', stale)}`)]
      : []),
    ...(candidate ? [sayCandidate(candidate)] : []),
    ...(problem ? [sayProblem(problem)] : []),
  ].join('\n');
}

const sayProblem = ({ severity, message }: NodeProblem): string =>
  severity === 'error' ? t('error: {0}', message) : t('warning: {0}', message);

/** What a line stands for, an edge a line; what is wrong with it. */
export function titleOf(
  { kind, from, to, edges }: Line,
  { problems, candidates }: Pick<Overlay, 'problems' | 'candidates'>,
  nameOf: (id: string) => string,
): string {
  if (kind === 'improves') {
    const candidate = candidates.get(from);
    const said = t('{0} improves {1}', from, to);
    return candidate ? `${said}\n${sayCandidate(candidate)}` : said;
  }
  const end = (id: string, port: string | null) => (port === null ? nameOf(id) : `${nameOf(id)}.${port}`);
  return edges
    .map(({ id, fromPort, toPort, label, via, ...edge }) => {
      const problem = problems.get(id);
      const trouble = problem ? `\n${sayProblem(problem)}` : '';
      const medium = via === 'tracker' ? ` ${t('via tracker')}` : '';
      return `${end(edge.from, fromPort)} → ${end(edge.to, toPort)} [${label}]${medium}${trouble}`;
    })
    .join('\n');
}
