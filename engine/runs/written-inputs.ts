import path from 'node:path';
import { fault } from '../protocol';
import type { Ill } from './exit';
import type { RunContext } from './run-context';
import type { StepRecord } from './run-state';

/**
 * Takes out of the store, and lays aside, what was written to while an attempt ran. What it was made of is still there: the next run
 * makes it again. May be done twice: of an engine that dies after it, the next one finds the same.
 *
 * @returns the names of the inputs that were written to, also where they are by now what they had been.
 */
export async function withdrawWritten(
  { runtime, artifacts }: Pick<RunContext, 'runtime' | 'artifacts'>,
  { spec }: Pick<StepRecord, 'spec'>,
): Promise<string[]> {
  const changed = await runtime.changedInputs(spec!);
  // An object's name is its digest.
  const digests = spec!.inputs.filter(({ name }) => changed.includes(name)).map(({ source }) => path.basename(source));
  for (const digest of new Set(digests)) await artifacts.verify(digest);
  return changed;
}

/** The end of an attempt whose inputs were written to, by whomever: what it made of them is worth nothing, nor has another one inputs. */
export function wroteTo(inputs: readonly string[]): Ill {
  const [what, them] =
    inputs.length === 1 ? [`Input ${inputs[0]} was`, 'it'] : [`Inputs ${inputs.join(', ')} were`, 'them'];
  return {
    state: 'failed',
    final: true,
    fault: fault(
      'SF3041',
      'failed',
      `${what} written to while the node ran, by it or by another one that had the same; inputs are read-only.`,
      `Write to an output, or copy ${them} first; then start a new run: it takes anew, or makes again, what was changed. What it has become lies in .scanflow/artifacts/damaged until \`scanflow gc\`.`,
    ).fault,
  };
}
