import { enlistThreads } from '../learning';
import { type Outside, runNode } from './run';

/** The grace that a program gets which does not look at the signal. */
const GRACE = 600;

// Trainings start this program again in threads.
if (!enlistThreads(__filename)) main();

function main(): void {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      stop.abort();
      setTimeout(() => process.exit(signal === 'SIGTERM' ? 143 : 130), GRACE).unref();
    });
  }

  const outside: Outside = {
    env: process.env,
    log: (line) => void process.stdout.write(`${line}\n`),
    error: (line) => void process.stderr.write(`${line}\n`),
    signal: stop.signal,
  };

  runNode(process.argv.slice(2), outside).then((code) => {
    process.exitCode = code;
  });
}
