import type { Json } from '../engine/protocol';
import type { NodeContext } from './contract';
import { nodeFault } from './faults';

/** Parameters of a node as what they should be; the catalogue has their ranges and defaults. */

export function integer(node: NodeContext, name: string, minimum = Number.MIN_SAFE_INTEGER): number {
  const value = node.parameters.get(name);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value;
  throw wrong(name, value, minimum > Number.MIN_SAFE_INTEGER ? `an integer from ${minimum}` : 'an integer');
}

export function number(node: NodeContext, name: string, minimum = Number.NEGATIVE_INFINITY): number {
  const value = node.parameters.get(name);
  if (typeof value === 'number' && Number.isFinite(value) && value >= minimum) return value;
  throw wrong(name, value, minimum > Number.NEGATIVE_INFINITY ? `a number from ${minimum}` : 'a number');
}

export function text(node: NodeContext, name: string): string {
  const value = node.parameters.get(name);
  if (typeof value === 'string') return value;
  throw wrong(name, value, 'text');
}

export function choice<const T extends string>(node: NodeContext, name: string, choices: readonly T[]): T {
  const value = node.parameters.get(name);
  const found = choices.find((each) => each === value);
  if (found !== undefined) return found;
  throw wrong(name, value, `one of ${choices.join(', ')}`);
}

export function flag(node: NodeContext, name: string): boolean {
  const value = node.parameters.get(name);
  if (typeof value === 'boolean') return value;
  throw wrong(name, value, 'true or false');
}

export function list(node: NodeContext, name: string): Json[] {
  const value = node.parameters.get(name);
  if (Array.isArray(value)) return value;
  throw wrong(name, value, 'a list');
}

/** A list of text; numbers are taken as they are written. */
export function texts(node: NodeContext, name: string): string[] {
  return list(node, name).map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw wrong(name, value, 'a list of text');
  });
}

function wrong(name: string, value: Json | undefined, expected: string) {
  const found = value === undefined ? 'missing' : JSON.stringify(value);
  return nodeFault('SF7103', `Parameter ${name} is ${found}, not ${expected}.`);
}
