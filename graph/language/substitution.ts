import type { Value } from '../workflow';

/** `$$(` is a literal `$(`; `$(name)` is a reference; `$(` and anything else is a mistake. */
const TOKEN = /\$\$\(|\$\(([A-Za-z_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_-]{0,62})?)\)/g;

/**
 * Fills in the references of a value. A text that is exactly `$(x)` becomes x's value with its type; elsewhere in a text
 * stands x as text (lists and maps as JSON). What is filled in is never read again.
 *
 * @param scope gives the value of a name (`critical`, `inputs.data`), or undefined where it has none.
 * @returns the value with unknown references left as they are, and their names, each once.
 */
export function substitute(
  value: Value,
  scope: (name: string) => Value | undefined,
): { value: Value; missing: string[] } {
  const missing = new Set<string>();
  const look = (name: string): Value | undefined => {
    const found = scope(name);
    if (found === undefined) missing.add(name);
    return found;
  };
  return { value: fill(value, look), missing: [...missing] };
}

function fill(value: Value, look: (name: string) => Value | undefined): Value {
  if (typeof value === 'string') return fillText(value, look);
  if (Array.isArray(value)) return value.map((item) => fill(item, look));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, look)]));
  }
  return value;
}

function fillText(text: string, look: (name: string) => Value | undefined): Value {
  const whole = exactReference(text);
  if (whole !== undefined) {
    const found = look(whole);
    return found === undefined ? text : found;
  }
  return text.replace(TOKEN, (token, name: string | undefined) => {
    if (name === undefined) return '$(';
    const found = look(name);
    return found === undefined ? token : asText(found);
  });
}

/** The name in a text that is one reference and nothing else. */
export function exactReference(text: string): string | undefined {
  const [match, ...others] = text.matchAll(TOKEN);
  return match && others.length === 0 && match[0] === text ? match[1] : undefined;
}

const asText = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The names that a value refers to, each once, in order. */
export function referencesIn(value: Value): string[] {
  const names = new Set<string>();
  collect(value, names);
  return [...names];
}

function collect(value: Value, names: Set<string>): void {
  if (typeof value === 'string') {
    for (const [, name] of value.matchAll(TOKEN)) if (name !== undefined) names.add(name);
  } else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) collect(item, names);
  }
}

/** The first `$(` of a text that is no reference: `$(date +%s)`, `$(`. @returns what stands there, or undefined. */
export function malformedReference(text: string): string | undefined {
  const rest = text.replace(TOKEN, ' ');
  const at = rest.indexOf('$(');
  return at < 0 ? undefined : rest.slice(at, at + 30);
}

/** Where each reference of a text stands for the first time: the offset of its name. */
export function referencePlaces(text: string): Map<string, number> {
  const places = new Map<string, number>();
  for (const { 1: name, index } of text.matchAll(TOKEN)) {
    if (name !== undefined && !places.has(name)) places.set(name, index + 2);
  }
  return places;
}
