import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { substitute } from '../../graph';
import type { Step } from '../plan';
import { ENV, fault, type NodeParameters } from '../protocol';
import type { AttemptSpec, Environment, Layout } from '../runtimes/runtime';
import { folderName } from '../workspace/places';
import { beginning } from './capture';
import type { BoundInput } from './inputs';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';
import { forgetSecrets, writeSecrets } from './secrets';
import { trackersOf } from './tracker-nodes';

/** The folder of one attempt. */
export function attemptFolder(context: RunContext, step: string, number: number): string {
  return path.join(context.places.runs, context.run.header.run, 'steps', folderName(step), String(number));
}

/**
 * Makes all that an attempt needs on the host (its folder, the program's files, the parameters, the tracker's run) and
 * returns it as data. Nothing runs yet: the intent is journaled first.
 *
 * @throws fault SF3025 for a file that the run's snapshot lacks, SF3030 for a secret that is not set.
 */
export async function makeAttempt(
  context: RunContext,
  record: StepRecord,
  environment: Environment,
  inputs: readonly BoundInput[],
): Promise<{ spec: AttemptSpec; trackerRun: string }> {
  const { step } = record;
  const { run, places } = context;
  const number = record.attempt + 1;
  const directory = attemptFolder(context, step.name, number);
  const cache = path.join(places.caches, folderName(`${run.header.file}:${step.node}`));
  const layout = context.runtime.layout(directory, cache);
  await Promise.all(
    ['work', 'outputs', 'inputs', ...(step.secrets.length > 0 ? ['secrets'] : [])].map((name) =>
      mkdir(path.join(directory, name), { recursive: true }),
    ),
  );
  await mkdir(cache, { recursive: true });
  const parameters = nodeParameters(record, layout, inputs);
  await writeFile(path.join(directory, 'params.json'), JSON.stringify(parameters));
  for (const output of step.outputs) {
    const folder = path.dirname(path.join(directory, 'outputs', output.path));
    await mkdir(folder, { recursive: true });
  }
  const program = step.program;
  if (program.kind === 'command') {
    for (const file of program.files) {
      const digest = run.header.files[file];
      if (digest === undefined) throw notInSnapshot(step.name, file);
      const target = path.join(directory, 'work', file);
      await mkdir(path.dirname(target), { recursive: true });
      await cp(context.artifacts.pathOf(digest), target, { recursive: true });
      await chmod(target, 0o755);
    }
  }
  const builtin = program.kind === 'builtin' ? program.name : null;
  const command = program.kind === 'command' ? program.command.map((word) => fill(word, record, parameters)) : [];
  const known = { command, builtin, environment, number };
  // After all that may fail for the node's own sake, and before the tracker knows of it: one that lacks a secret never began.
  await writeSecrets(directory, step);
  const { runId, experimentId } = await trackedRun(context, step, beginning(context, record, known, inputs)).catch(
    async (error: unknown) => {
      await forgetSecrets(directory, step);
      throw error;
    },
  );
  const spec: AttemptSpec = {
    workspace: places.id,
    run: run.header.run,
    step: step.name,
    number,
    directory,
    cache,
    environment,
    builtin,
    command,
    env: {
      ...(program.kind === 'command'
        ? Object.fromEntries(Object.entries(program.env).map(([name, text]) => [name, fill(text, record, parameters)]))
        : {}),
      [ENV.params]: layout.params,
      [ENV.inputs]: layout.inputs,
      [ENV.outputs]: layout.outputs,
      [ENV.cache]: layout.cache,
      [ENV.task]: layout.task,
      [ENV.progress]: layout.progress,
      [ENV.run]: run.header.run,
      [ENV.node]: step.name,
      [ENV.attempt]: String(number),
      [ENV.phase]: step.phase,
      ...(run.header.request.fresh ? { [ENV.fresh]: '1' } : {}),
      ...(step.secrets.length > 0 ? { [ENV.secrets]: layout.secrets } : {}),
      [ENV.trackingUri]: context.trackingUri,
      [ENV.trackingToken]: context.tracker.tokenFor({ kind: 'run', runId }),
      [ENV.experimentId]: experimentId,
      [ENV.runId]: runId,
    },
    inputs: inputs.map(({ name, digest }) => ({ name, source: context.artifacts.pathOf(digest) })),
    resources: step.resources,
    network: step.network,
  };
  return { spec, trackerRun: runId };
}

/** The attempt's run in the tracker, and in those outside that the graph names for its node. */
async function trackedRun(
  { tracker, workflow, run }: RunContext,
  { node }: Step,
  start: ReturnType<typeof beginning>,
): Promise<{ runId: string; experimentId: string }> {
  const created = await tracker.createRun(start);
  for (const name of trackersOf(workflow, node)) {
    const server = run.header.trackers?.[name];
    if (server) await tracker.keepAt(created.runId, server);
  }
  return created;
}

/** Only what a revision brings into a run may lack a file: what was planned in the beginning had all of its own. */
const notInSnapshot = (step: string, file: string) =>
  fault(
    'SF3025',
    'request',
    `The program of ${step} needs ${file}, which was not there when the run began.`,
    `Create ${file}, then start a new run.`,
  );

function nodeParameters(record: StepRecord, layout: Layout, inputs: readonly BoundInput[]): NodeParameters {
  return {
    parameters: record.step.parameters,
    inputs: Object.fromEntries(
      inputs.map(({ name }) => name.split('/')[0]!).map((port) => [port, path.posix.join(layout.inputs, port)]),
    ),
    outputs: Object.fromEntries(
      record.step.outputs.map(({ name, path: where }) => [name, path.posix.join(layout.outputs, where)]),
    ),
  };
}

/** `$(name)`, `$(inputs.port)` and `$(outputs.port)` of one argument. Never through a shell. */
function fill(text: string, record: StepRecord, parameters: NodeParameters): string {
  const { value } = substitute(text, (name) => {
    const [where, port] = name.split('.', 2) as [string, string?];
    if (port !== undefined && where === 'inputs') return parameters.inputs[port] ?? '';
    if (port !== undefined && where === 'outputs') return parameters.outputs[port] ?? '';
    return record.step.scope[name];
  });
  return asText(value);
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
