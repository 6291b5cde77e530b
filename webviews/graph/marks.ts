import type { Box, Line } from '../../extension/messages';
import type { Overlay } from './overlay';
import { toneOf } from './states';

/** What a node looks like: the classes of its element. */
export function marksOfBox({ id, kind, nature, inserted }: Box, overlay: Overlay): string {
  const { status, problems, selected, lit, connecting } = overlay;
  const state = status.get(id)?.state;
  const problem = problems.get(id)?.severity;
  return words('node', kind, nature, {
    [state ? toneOf(state) : '']: true,
    [`problem-${problem}`]: problem !== undefined,
    inserted: inserted !== undefined,
    selected: id === selected,
    dim: lit !== null && !lit.has(id),
    connecting: id === connecting,
  });
}

/** The same of a line. */
export function marksOfLine({ id, from, to, kind, edges }: Line, overlay: Overlay): string {
  const { phases, hiddenPhases, selected, lit, problems } = overlay;
  const label = edges[0]?.label ?? 'any';
  const phase = phases.indexOf(label);
  const chosen = selected !== null && ([id, from, to].includes(selected) || edges.some((edge) => edge.id === selected));
  const unlit = lit !== null && !(lit.has(from) && lit.has(to));
  return words('line', kind, `phase-${phase < 0 ? 'any' : phase % 3}`, {
    selected: chosen,
    dim: unlit || (kind === 'edge' && hiddenPhases.has(label)),
    problem: edges.some((edge) => problems.has(edge.id)),
  });
}

function words(first: string, second: string, third: string, more: Record<string, boolean>): string {
  const others = Object.entries(more).flatMap(([word, on]) => (on && word !== '' ? word : []));
  return [first, second, third, ...others].join(' ');
}
