import { enlistThreads } from '../learning';
import { runNode } from './run';

// Trainings start this program again in threads. Signals keep their default: a long computation would not hear a handler's.
if (!enlistThreads(__filename)) {
  runNode(process.argv.slice(2), {
    env: process.env,
    log: (line) => void process.stdout.write(`${line}\n`),
    error: (line) => void process.stderr.write(`${line}\n`),
  }).then((code) => {
    process.exitCode = code;
  });
}
