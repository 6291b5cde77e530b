import {
  exactReference,
  type Node,
  portsOf,
  referencesIn,
  type SignatureParameter,
  signatureOf,
  substitute,
  type Value,
  valueFromText,
} from '../../graph';
import { fault, type Json } from '../protocol';
import type { EffectiveWorkflow } from './effective';
import { programs } from './engine-nodes';
import { type Step, type StepProgram, stepName } from './step';

const NO_RETRY = { limit: 0, on: [], backoff: 1 } satisfies Step['retry'];

/**
 * One version of a node in one phase with all its values resolved, not yet bound to anything.
 *
 * @throws fault SF3012 where a value is missing or unknown (a valid file never gets here).
 */
export function resolveStep(
  effective: EffectiveWorkflow,
  parameters: Map<string, Value>,
  node: Node,
  version: Record<string, string>,
  phase: string,
): Step {
  const { workflow } = effective;
  const outer = (name: string): Value | undefined =>
    Object.hasOwn(version, name) ? version[name] : parameters.get(name);
  const given = new Map<string, Value>();
  for (const [key, value] of node.with) given.set(key, resolveValue(value, outer, `${node.name}.with.${key}`));
  const executor = 'executor' in node.program ? workflow.executors.get(node.program.executor) : undefined;
  const own =
    'uses' in node.program
      ? withDefaults(node, signatureOf(node, programs)?.parameters ?? [], given, version)
      : new Map<string, Value>([...Object.entries(version), ...given]);
  if (node.improves) own.set('improves', portName(node.improves));
  if (node.wraps.length > 0) own.set('wraps', node.wraps.map(portName));
  const program: StepProgram = executor
    ? {
        kind: 'command',
        executor: executor.name,
        image: executor.image,
        build: executor.build,
        requirements: executor.requirements,
        files: executor.files,
        command: executor.command,
        env: Object.fromEntries(executor.env),
      }
    : { kind: 'builtin', name: 'uses' in node.program ? node.program.uses.replace(/^scanflow\//, '') : '' };
  return {
    name: stepName(node.name, version, phase, null),
    node: node.name,
    version,
    phase,
    branch: null,
    history: stepName(node.name, version, phase, null),
    role: 'execute',
    program,
    parameters: toRecord(own),
    scope: executor
      ? scopeOf(executor.command, [...executor.env.values()], (name) => own.get(name) ?? outer(name))
      : {},
    inputs: [],
    outputs: [...portsOf(workflow, node, programs).outputs.values()].map(({ name, type, optional, path }) => ({
      name,
      type,
      optional,
      path,
    })),
    after: [],
    revisions: '',
    resources: { ...executor?.resources, ...node.resources },
    timeout: node.timeout ?? executor?.timeout ?? null,
    retry: node.retry ?? executor?.retry ?? NO_RETRY,
    network: executor?.network ?? 'run',
    cache: executor?.cache ?? true,
    secrets: executor?.secrets ?? [],
    completes: null,
    manual: node.trigger !== undefined && 'manual' in node.trigger,
    every: node.trigger && 'every' in node.trigger ? node.trigger.every : null,
    when: node.when ?? null,
  };
}

/** Parameters of a built-in node: given, or an axis of the same name, or the default. */
function withDefaults(
  node: Node,
  signature: readonly SignatureParameter[],
  given: Map<string, Value>,
  version: Record<string, string>,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const parameter of signature) {
    const { name, type } = parameter;
    const axis = axisFor(node, name);
    const value =
      axis !== undefined && Object.hasOwn(version, axis)
        ? valueFromText(type, version[axis]!)
        : given.has(name)
          ? given.get(name)
          : parameter.default;
    if (value === undefined) {
      throw fault(
        'SF3012',
        'request',
        `Node ${node.name} needs a value for ${name}.`,
        `Give it below \`with:\` of ${node.name}.`,
      );
    }
    values.set(name, value);
  }
  return values;
}

/**
 * The axis that would give a parameter its value: the one that `with:` names, else the one of its name. An axis keeps its
 * spelling (`3.10`); a parameter takes the value of its type that the spelling means.
 */
function axisFor(node: Node, parameter: string): string | undefined {
  const given = node.with.get(parameter);
  if (given === undefined) return parameter;
  return typeof given === 'string' ? exactReference(given) : undefined;
}

function resolveValue(value: Value, scope: (name: string) => Value | undefined, where: string): Value {
  const { value: resolved, missing } = substitute(value, scope);
  if (missing.length > 0) throw unknownName(missing[0]!, where);
  return resolved;
}

function scopeOf(command: string[], env: string[], scope: (name: string) => Value | undefined): Record<string, Json> {
  const values: [string, Json][] = [];
  for (const name of referencesIn([...command, ...env])) {
    if (/^(inputs|outputs)\./.test(name)) continue;
    const value = scope(name);
    if (value === undefined) throw unknownName(name, 'command');
    values.push([name, value]);
  }
  return Object.fromEntries(values);
}

function unknownName(name: string, where: string) {
  return fault('SF3012', 'request', `$(${name}) in ${where} has no value.`, `Declare ${name} below \`parameters:\`.`);
}

const portName = (end: { node: string; port?: string }): string => (end.port ? `${end.node}.${end.port}` : end.node);

const toRecord = (values: Map<string, Value>): Record<string, Json> =>
  Object.fromEntries(values) as Record<string, Json>;
