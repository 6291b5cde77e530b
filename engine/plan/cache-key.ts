import { createHash } from 'node:crypto';
import type { Step } from './step';

/** What decides a step's outputs, field by field, so that `explain` can name the one that differs. */
export type KeyFields = Record<string, string>;

export interface KeyContext {
  runtime: string;
  /** Of the prepared environment: image digest, hash of requirements and interpreter, hash of the bundle. */
  environment: string;
  /** Declared file -> content digest. */
  files: Record<string, string>;
  /** `port` or `port/index` -> content digest. */
  inputs: Record<string, string>;
}

/**
 * The cache key of a step (design section 4): environment, runtime, command, environment variables without secrets,
 * parameters, inputs and declared files by content. Resources, timeouts and retries can't change an output and stay out.
 */
export function keyFields(step: Step, context: KeyContext): KeyFields {
  const fields: [string, string][] = [
    ['runtime', context.runtime],
    ['environment', context.environment],
    ['outputs', JSON.stringify(step.outputs.map(({ name, path }) => [name, path]))],
  ];
  if (step.program.kind === 'command') {
    fields.push(['command', JSON.stringify(step.program.command)]);
    for (const [name, value] of Object.entries(step.program.env)) fields.push([`env.${name}`, value]);
  } else if (step.program.kind === 'builtin') {
    fields.push(['node', step.program.name]);
  }
  for (const [name, value] of Object.entries(step.scope)) fields.push([`values.${name}`, JSON.stringify(value)]);
  for (const [name, value] of Object.entries(step.parameters)) fields.push([`with.${name}`, JSON.stringify(value)]);
  for (const [name, digest] of Object.entries(context.files)) fields.push([`files.${name}`, digest]);
  for (const [name, digest] of Object.entries(context.inputs)) fields.push([`inputs.${name}`, digest]);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One hash of all the fields. */
export function cacheKey(fields: KeyFields): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(fields)))
    .digest('hex');
}

/** The fields in which two keys differ. */
export function differingFields(
  before: KeyFields,
  after: KeyFields,
): { field: string; before: string | null; after: string | null }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => before[field] !== after[field])
    .sort()
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}
