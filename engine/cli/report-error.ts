import { CommanderError } from 'commander';
import { EXIT, type Fault, ScanflowError } from '../protocol';
import { cliFault } from './faults';
import type { Io } from './io';
import { palette } from './screen/palette';
import { plainLine } from './screen/plain-text';

/**
 * Says what went wrong: a line with the code and what happened, a line with what to do. With `json`, standard output gets
 * `{ "error": Fault }`.
 *
 * @returns the exit code.
 */
export function reportError(io: Io, error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const refusal = asScanflowError(error);
  const { fault } = refusal;
  const paint = palette(io.colour.err);
  io.err(
    `${paint.bad('error')} ${fault.code}: ${plainLine(fault.message)}\n  ${paint.faint(plainLine(fault.remedy))}\n`,
  );
  if (io.env.get('SCANFLOW_DEBUG')) io.err(`${stackOf(error)}\n`);
  if (json) io.out(`${JSON.stringify({ error: fault } satisfies { error: Fault })}\n`);
  return EXIT[fault.class];
}

function asScanflowError(error: unknown): ScanflowError {
  if (error instanceof ScanflowError) return error;
  if (error instanceof CommanderError) return cliFault('usage', `${error.message.replace(/^error: |\.$/g, '')}.`);
  return cliFault('unexpected', error instanceof Error ? `${error.message}.` : `${String(error)}.`, { cause: error });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
