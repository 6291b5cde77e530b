import type { Binding, Step } from '../plan';
import { fault, spelled } from '../protocol';
import type { Tracker } from '../tracker';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';

/** What binding needs of a run. */
type Bindable = Pick<RunContext, 'run' | 'tracker' | 'artifacts'>;

/** What goes to one place below `inputs/`, by content. */
export interface BoundInput {
  /** `port`, or `port/0` where it takes many. */
  name: string;
  digest: string;
}

/**
 * The artifacts that a ready step gets. An edge `via: tracker` asks the tracker for the source's record: with `carries`,
 * the named parameters and metrics go as JSON, else the artifact of the port.
 */
export async function bindInputs(context: Bindable, bindings: readonly Binding[]): Promise<BoundInput[]> {
  const bound: BoundInput[] = [];
  for (const binding of bindings) {
    const name = binding.index === null ? binding.port : `${binding.port}/${binding.index}`;
    bound.push({ name, digest: await digestOf(context, binding) });
  }
  return bound;
}

/**
 * What a node is given may have been taken out of the store since it was made: another node wrote to it.
 *
 * @throws SF3026
 */
export async function requireInputs(
  { artifacts }: Pick<RunContext, 'artifacts'>,
  step: Pick<Step, 'name'>,
  inputs: readonly BoundInput[],
): Promise<void> {
  for (const { name, digest } of inputs) {
    if (await artifacts.has(digest)) continue;
    throw fault(
      'SF3026',
      'request',
      `What ${step.name} is given at ${name} is not in the store any more: a node wrote to it, or it was deleted.`,
      'Start a new run: it takes sources anew, and makes again what is missing. What another phase makes, make by a run of that phase first.',
    );
  }
}

async function digestOf(context: Bindable, binding: Binding): Promise<string> {
  const { origin } = binding;
  if (origin.kind === 'artifact') return origin.digest;
  if (origin.kind === 'source') {
    const digest = context.run.header.sources[origin.name];
    if (digest === undefined) {
      throw fault('SF3023', 'request', `Source ${origin.name} has no data in this run.`, 'Start a new run.');
    }
    return digest;
  }
  const record = context.run.steps.get(origin.step)!;
  if (binding.via === 'tracker' && binding.carries.length > 0) {
    const { metrics, params } = await recordOf(context.tracker, record);
    const entries = binding.carries.map((name) => [name, metrics.get(name) ?? params.get(name) ?? null] as const);
    const missing = entries.find(([, value]) => value === null);
    if (missing) {
      throw fault(
        'SF3024',
        'failed',
        `${origin.step} logged no ${missing[0]}, which an edge via the tracker carries.`,
        `Log ${missing[0]} in that node, or take it out of \`carries\`.`,
      );
    }
    const written = entries.map(([name, value]) => [name, typeof value === 'number' ? spelled(value) : value]);
    return (await context.artifacts.putBytes(JSON.stringify(Object.fromEntries(written)))).digest;
  }
  return record.outputs.get(origin.port!)!;
}

/** The source's record at its own tracker; where that does not answer, what waits in the store for it says the same. */
async function recordOf(
  tracker: Tracker,
  { trackerRun, metrics }: Pick<StepRecord, 'trackerRun' | 'metrics'>,
): Promise<{ metrics: ReadonlyMap<string, number>; params: ReadonlyMap<string, string> }> {
  if (trackerRun === null) return { metrics, params: new Map() };
  const home = tracker.homeOf(trackerRun);
  const asked = home && tracker.searchAt(home, [trackerRun], { filter: '', order: [], limit: 1 });
  const [found] = (await (asked || undefined)?.catch(() => [])) || [];
  if (!found) return { metrics, params: await tracker.params(trackerRun) };
  return { metrics: new Map([...metrics, ...found.metrics]), params: found.params };
}
