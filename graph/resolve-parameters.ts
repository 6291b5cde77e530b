import { isMap, isSeq, parseDocument } from 'yaml';
import { objectionToValue } from './language/parameter-value';
import { closest, didYouMean } from './suggest';
import { plainValue, type YamlNode } from './text/nodes';
import type { Parameter, Value, Workflow } from './workflow';

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
    const read = toValue(parameter, value);
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

function toValue(parameter: Parameter, given: unknown): Value | undefined {
  if (typeof given !== 'string' || parameter.type === 'string') return isValue(given, 0) ? given : undefined;
  const text = given.trim();
  if (parameter.type === 'integer' || parameter.type === 'number') {
    const number = Number(text);
    return text !== '' && Number.isFinite(number) ? number : given;
  }
  if (parameter.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : given;
  return readCollection(text) ?? given;
}

const MAX_DEPTH = 64;
const MAX_TEXT = 100_000;

function isValue(value: unknown, depth: number): value is Value {
  if (depth > MAX_DEPTH) return false;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  return Object.values(value).every((item) => isValue(item, depth + 1));
}

/** A list or a map in YAML's flow style, of which JSON is a part. */
function readCollection(text: string): Value | undefined {
  if (text.length > MAX_TEXT) return undefined;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    const { contents } = document;
    if (document.errors.length > 0 || !(isSeq(contents) || isMap(contents))) return undefined;
    return plainValue(contents as YamlNode);
  } catch {
    return undefined;
  }
}
