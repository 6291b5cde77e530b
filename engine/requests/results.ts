import type { Step } from '../plan';
import type { Curve, OutputRow, StepParameters } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import { keptOf } from '../runs/kept';
import { unknownStep } from '../runs/require-step';
import type { EngineRooms } from '../runs/run-context';
import type { StepRecord } from '../runs/run-state';
import type { Handlers } from './handlers';

/** Points of a curve that are told: of a longer one every so many, its ends included. */
const MOST_POINTS = 500;

/** Requests about what the steps of a run were given to run with and what they left: artifacts, and metrics as they grew. */
export function resultRequests(
  rooms: EngineRooms,
  runs: ActiveRuns,
): Pick<Handlers, 'outputs' | 'parameters' | 'curves'> {
  /** @throws SF3062 for a node that the run does not have: an empty answer means that it left nothing. */
  const stepsOf = async (run: string, node: string | undefined): Promise<StepRecord[]> => {
    const record = await runs.record(run);
    const steps = [...record.steps.values()];
    if (node === undefined) return steps;
    const named = steps.filter(({ step }) => step.name === node || step.node === node);
    if (named.length === 0) throw unknownStep(record, node);
    return named;
  };
  return {
    outputs: async ({ run, node }) => {
      const rows: OutputRow[] = [];
      for (const { step, outputs } of await stepsOf(run, node)) {
        for (const [port, digest] of outputs) {
          const type = step.outputs.find(({ name }) => name === port)?.type ?? 'file';
          rows.push({ step: step.name, port, type, ...(await keptOf(rooms, digest)) });
        }
      }
      return rows;
    },
    parameters: async ({ run, node }) => (await stepsOf(run, node)).flatMap(({ step }) => parametersOf(step)),
    curves: async ({ run, node }) => {
      const curves: Curve[] = [];
      // What is supplied to other phases is the success of a step that may be told of already.
      const told = new Set<string>();
      const steps = (await stepsOf(run, node)).toSorted((one, other) => rank(one) - rank(other));
      for (const { step, trackerRun, metrics } of steps) {
        if (trackerRun === null || told.has(trackerRun)) continue;
        told.add(trackerRun);
        // Of a step that is under way, or failed, the journal has none; the tracker has what it logged so far.
        // A record that a client deleted there has nothing any more, and hides no other.
        const logged =
          metrics.size > 0
            ? metrics
            : await rooms.tracker.latestMetrics(trackerRun).catch(() => new Map<string, number>());
        for (const metric of logged.keys()) {
          if (metric.startsWith('system.')) continue;
          const points = await rooms.tracker.metricHistory(trackerRun, metric);
          if (points.length < 2) continue;
          curves.push({
            node: step.name.slice(0, step.name.lastIndexOf('@')),
            phase: step.phase,
            metric,
            points: thinned(counted(points)).map(({ step: at, value, timestamp }) => ({
              step: at,
              value,
              at: timestamp,
            })),
          });
        }
      }
      return curves;
    },
  };
}

/** Whoever logs without a step has all values at one: then they are told by their order, from 1. */
function counted<P extends { step: number }>(points: readonly P[]): readonly P[] {
  const [first] = points;
  return points.some(({ step }) => step !== first!.step)
    ? points
    : points.map((point, at) => ({ ...point, step: at + 1 }));
}

const rank = ({ state }: StepRecord): number => (state === 'supplied' ? 1 : 0);

/** None of a step that runs nothing: a gate, or one that stands for a former success. */
function parametersOf({ name, node, branch, program, parameters }: Step): StepParameters[] {
  if (program.kind === 'none') return [];
  const row = { step: name, node, branch, parameters };
  return program.kind === 'builtin'
    ? [{ ...row, program: `scanflow/${program.name}`, command: [], env: {} }]
    : [{ ...row, program: program.executor, command: program.command, env: program.env }];
}

function thinned<T>(points: readonly T[]): T[] {
  if (points.length <= MOST_POINTS) return [...points];
  const last = points.length - 1;
  return Array.from({ length: MOST_POINTS }, (_, at) => points[Math.round((at * last) / (MOST_POINTS - 1))]!);
}
