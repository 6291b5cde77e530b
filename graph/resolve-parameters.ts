import { objectionToValue, valueFromText } from './language/parameter-value';
import { closest, didYouMean } from './suggest';
import type { Value, Workflow } from './workflow';

/**
 * The values of a run's parameters: what is given, checked, and the defaults of the rest.
 *
 * @param given by name; a text for a parameter of another type is read as that type (`-p critical=50`, `-p classes=[a,b]`).
 * @returns all values, and a sentence for each thing that is wrong (then the values are not complete).
 */
export function resolveParameters(
  workflow: Pick<Workflow, 'parameters'>,
  given: Record<string, unknown>,
): { values: Map<string, Value>; problems: string[] } {
  const values = new Map<string, Value>();
  const problems: string[] = [];
  const entries = new Map(Object.entries(given));
  for (const [name, value] of entries) {
    const parameter = workflow.parameters.get(name);
    if (!parameter) {
      const known = [...workflow.parameters.keys()];
      const others = known.length === 0 ? 'The workflow has none.' : `There are ${known.join(', ')}.`;
      problems.push(`There is no parameter "${name}". ${didYouMean(closest(name, known), others)}`);
      continue;
    }
    const read =
      typeof value === 'string' ? valueFromText(parameter.type, value) : isValue(value, 0) ? value : undefined;
    const objection = read === undefined ? 'it is not a value of JSON' : objectionToValue(parameter, read);
    if (objection === undefined) values.set(name, read as Value);
    else problems.push(`The value for parameter "${name}" does not fit: ${objection}.`);
  }
  for (const parameter of workflow.parameters.values()) {
    if (entries.has(parameter.name)) continue;
    if (parameter.default === undefined)
      problems.push(`Parameter "${parameter.name}" needs a value: it has no default.`);
    else values.set(parameter.name, parameter.default);
  }
  return { values, problems };
}

const MAX_DEPTH = 64;

function isValue(value: unknown, depth: number): value is Value {
  if (depth > MAX_DEPTH) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  return Object.values(value).every((item) => isValue(item, depth + 1));
}
