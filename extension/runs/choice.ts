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

/** `vscode.l10n.t`, or what stands for it where there is no editor. */
export type Translate = (text: string, ...filled: (string | number)[]) => string;

/** What can be run of a workflow, what was run last time first. */
export function offersOf(outline: Outline, last: Choice | null, t: Translate): Offer[] {
  const all: Offer = { label: t('All phases'), description: outline.phases.join(' → '), choice: {} };
  const phases = outline.phases.map((phase): Offer => {
    const edges = outline.edges.filter(({ label }) => label === phase || label === 'any');
    const nodes = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((id) => !id.startsWith('sources.')));
    return { label: t('Phase {0}', phase), description: t('{0} nodes', nodes.size), choice: { phase } };
  });
  const offers = phases.length > 1 ? [all, ...phases] : [all];
  if (!last || Object.keys(last).length === 0 || !stillFits(outline, last)) return offers;
  return [{ label: t('Again'), description: describeChoice(last, t), choice: last }, ...offers];
}

/** `training, to score, critical=50`. */
export function describeChoice({ phase, to, parameters, fresh }: Choice, t: Translate): string {
  return [
    phase ?? t('all phases'),
    ...(to?.length ? [t('to {0}', to.join(', '))] : []),
    ...Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(fresh ? [t('without the cache')] : []),
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
