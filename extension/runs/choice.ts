import type { Outline } from '../graph/outline';

/** What a person chose to run; remembered for each file. */
export interface Choice {
  phase?: string;
  to?: string[];
  parameters?: Record<string, string>;
  fresh?: boolean;
}

export interface Offer {
  label: string;
  description: string;
  choice: Choice;
}

/** What can be run of a workflow, what was run last time first. */
export function offersOf(outline: Outline, last: Choice | null): Offer[] {
  const all: Offer = { label: 'All phases', description: outline.phases.join(', then '), choice: {} };
  const phases = outline.phases.map((phase): Offer => {
    const edges = outline.edges.filter(({ label }) => label === phase || label === 'any');
    const nodes = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((id) => !id.startsWith('sources.')));
    return { label: `Phase ${phase}`, description: `${nodes.size} nodes`, choice: { phase } };
  });
  const offers = phases.length > 1 ? [all, ...phases] : [all];
  if (!last || Object.keys(last).length === 0 || !stillFits(outline, last)) return offers;
  return [{ label: 'Again', description: describeChoice(last), choice: last }, ...offers];
}

/** `training, to score, critical=50`. */
export function describeChoice({ phase, to, parameters, fresh }: Choice): string {
  return [
    phase ?? 'all phases',
    ...(to?.length ? [`to ${to.join(', ')}`] : []),
    ...Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(fresh ? ['without the cache'] : []),
  ].join(', ');
}

/** Whether what was chosen then is in the file now. */
function stillFits(outline: Outline, { phase, to, parameters }: Choice): boolean {
  const nodes = new Set(outline.nodes.map(({ id }) => id));
  const names = new Set(outline.parameters.map(({ name }) => name));
  return (
    (phase === undefined || outline.phases.includes(phase)) &&
    (to ?? []).every((node) => nodes.has(node)) &&
    Object.keys(parameters ?? {}).every((name) => names.has(name))
  );
}
