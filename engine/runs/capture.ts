import type { Binding, KeyFields } from '../plan';
import type { AttemptSpec, Exit } from '../runtimes/runtime';
import type { NewRun, RunEnd } from '../tracker';
import type { BoundInput } from './inputs';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';

/**
 * What the tracker is told of every attempt without a line of user code (paper, 2.2.4: the more information obtained, the
 * better): what ran, in what, on what, how it ended, what it made. The run's journal has all of it unabridged.
 */

/** Values of MLflow's parameters and tags are this long at most. */
const LONGEST_PARAMETER = 6000;
const LONGEST_TAG = 8000;

type Known = Pick<AttemptSpec, 'command' | 'builtin' | 'environment' | 'number'>;

/** What is known when an attempt begins. The same attempt gives the same run of the tracker, whichever engine asks. */
export function beginning(
  context: Pick<RunContext, 'run' | 'runtime'>,
  record: StepRecord,
  attempt: Known,
  inputs: readonly BoundInput[],
): NewRun {
  const { header } = context.run;
  const { step, key, fields } = record;
  const { git } = header;
  return {
    experiment: header.workflow,
    name: step.name,
    key: JSON.stringify([header.run, step.name, attempt.number]),
    params: Object.fromEntries(
      Object.entries({ ...step.scope, ...step.parameters }).map(([name, value]) => [
        name,
        cut(value, LONGEST_PARAMETER),
      ]),
    ),
    inputs: inputs.map(({ name, digest }) => ({ name, digest, origin: originOf(step.inputs, name) })),
    tags: {
      'scanflow.run': header.run,
      'scanflow.step': step.name,
      'scanflow.node': step.node,
      'scanflow.phase': step.phase,
      'scanflow.attempt': String(attempt.number),
      'scanflow.runtime': context.runtime.name,
      'scanflow.command': cut(attempt.builtin === null ? attempt.command : ['scanflow', attempt.builtin], LONGEST_TAG),
      'scanflow.environment': attempt.environment.identity,
      'scanflow.environment.description': attempt.environment.description,
      'scanflow.workflow.text': header.text,
      ...(key === null ? {} : { 'scanflow.key': key }),
      ...json('scanflow.env', part(fields, 'env.')),
      ...json('scanflow.files', part(fields, 'files.')),
      ...json('scanflow.inputs', Object.fromEntries(inputs.map(({ name, digest }) => [name, digest]))),
      ...(step.revisions === '' ? {} : { 'scanflow.revisions': cut(step.revisions, LONGEST_TAG) }),
      ...(git
        ? {
            'mlflow.source.git.commit': git.commit,
            'mlflow.source.git.branch': git.branch,
            'mlflow.source.git.repoURL': git.repository,
            'scanflow.git.changed': String(git.changed),
          }
        : {}),
      'mlflow.source.type': 'PROJECT',
      'mlflow.source.name': header.file,
      'mlflow.user': header.request.by ?? '',
    },
  };
}

/** How an attempt ended, and what it made. */
export function ending(
  record: StepRecord,
  exit: Exit | null,
  measured: Record<string, number>,
  outputs: Readonly<Record<string, string>>,
): RunEnd {
  const places = Object.fromEntries(record.step.outputs.map(({ name, path }) => [name, path.split('/').at(-1)!]));
  return {
    metrics: Object.fromEntries(Object.entries(measured).filter(([name]) => name.startsWith('system.'))),
    tags: {
      ...(exit
        ? {
            'scanflow.exit.code': exit.code === null ? '' : String(exit.code),
            'scanflow.exit.signal': exit.signal ?? '',
            'scanflow.exit.out_of_memory': String(exit.outOfMemory),
            'scanflow.started': exit.startedAt,
            'scanflow.ended': exit.endedAt,
          }
        : {}),
      ...json('scanflow.outputs', outputs),
    },
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([port, digest]) => [`outputs/${port}/${places[port] ?? port}`, digest]),
    ),
  };
}

/** `sources.clean`, `model@training.model`, or `artifact` for what a revision brought. */
export function originName({ origin }: Binding): string {
  if (origin.kind === 'artifact') return 'artifact';
  if (origin.kind === 'source') return `sources.${origin.name}`;
  return origin.port === null ? origin.step : `${origin.step}.${origin.port}`;
}

function originOf(bindings: readonly Binding[], name: string): string {
  const found = bindings.find(({ port, index }) => name === (index === null ? port : `${port}/${index}`));
  return found ? originName(found) : name;
}

function part(fields: KeyFields, prefix: string): Record<string, string> {
  const found = Object.entries(fields).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** As one tag, where it is not empty and fits: half an object helps nobody. */
function json(name: string, value: Readonly<Record<string, string>>): Record<string, string> {
  const text = JSON.stringify(value);
  return Object.keys(value).length === 0 || text.length > LONGEST_TAG ? {} : { [name]: text };
}

function cut(value: unknown, most: number): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, most);
}
