import { Command } from 'commander';
import { EXIT } from '../protocol';
import { contextOf } from './command';
import { archiveCommands } from './commands/archive';
import { buildCommand } from './commands/build';
import { compareCommand } from './commands/compare';
import { decideCommands } from './commands/decide';
import { doctorCommand } from './commands/doctor';
import { engineCommand } from './commands/engine';
import { explainCommand } from './commands/explain';
import { graphCommand } from './commands/graph';
import { imagesCommand } from './commands/images';
import { initCommand } from './commands/init';
import { inspectCommands } from './commands/inspect';
import { lineageCommand } from './commands/lineage';
import { logsCommand } from './commands/logs';
import { modelsCommand } from './commands/models';
import { queryCommand } from './commands/query';
import { runCommand, runControlCommands } from './commands/run';
import { runsCommands } from './commands/runs';
import { tasksCommands } from './commands/tasks';
import { trackerCommand } from './commands/tracker';
import { validateCommand } from './commands/validate';
import { watchCommand } from './commands/watch';
import type { Io } from './io';
import { reportError } from './report-error';
import { LeftAtOnce } from './with-engine';

/** In the order of the help: from a first file to a better model. */
const COMMANDS = [
  initCommand,
  validateCommand,
  buildCommand,
  imagesCommand,
  runCommand,
  watchCommand,
  runsCommands,
  logsCommand,
  runControlCommands,
  tasksCommands,
  decideCommands,
  modelsCommand,
  graphCommand,
  inspectCommands,
  explainCommand,
  compareCommand,
  queryCommand,
  lineageCommand,
  archiveCommands,
  trackerCommand,
  doctorCommand,
  engineCommand,
];

/**
 * The `scanflow` command.
 *
 * @param argv What follows the command's name.
 * @returns the exit code (EXIT).
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const program = new Command('scanflow')
    .description('Machine-learning workflows as graphs: write, run, watch, label, improve.')
    .version(io.version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => {}, getOutHelpWidth: () => 100 })
    .helpCommand(false);
  const context = contextOf(io, (exit) => {
    code = exit;
  });
  for (const add of COMMANDS) add(program, context);
  try {
    if (argv.length === 0) io.out(program.helpInformation());
    else await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof LeftAtOnce) return EXIT.cancelled;
    return reportError(io, error, argv.includes('--json'));
  }
}
