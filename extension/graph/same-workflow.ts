import type { Workflow } from '../../graph';

/** Where things stand, and what is said of them: another of these runs no differently. */
const NO_MATTER = /^(?:\w*[rR]anges?|index|shorthand|description)$/;

/** Do two texts say the same to the engine? Comments, the order of parameters, and descriptions are no difference. */
export const sameWorkflow = (one: Workflow, other: Workflow): boolean => meaningOf(one) === meaningOf(other);

function meaningOf(workflow: Workflow): string {
  const { description: _, ...rest } = workflow;
  return JSON.stringify(rest, (key, value: unknown) => {
    // What a person gives is theirs to the last key, whatever they call it.
    if (key === 'with' && value instanceof Map) return JSON.stringify(sorted(value));
    if (key === 'default') return JSON.stringify(value);
    if (NO_MATTER.test(key)) return undefined;
    return value instanceof Map ? [...value] : value;
  });
}

const sorted = (given: ReadonlyMap<unknown, unknown>) =>
  [...given].sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
