import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type GarbageReport, sizeOf } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { runNamed } from '../run-name';
import { count } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { existingFile, workspaceRoot } from '../workspace-root';

/** `export RUN...`, `import FILE`, `gc`. */
export function archiveCommands(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'export <runs...>', 'write runs with all that they refer to into one archive')
    .requiredOption('-o, --out <file>', 'the archive, a new file')
    .action(async (named: string[], options: CommonOptions & { out: string }) => {
      const root = workspaceRoot(io.cwd, options);
      const to = path.resolve(io.cwd, options.out);
      const report = await withEngine(io, root, {}, async (client) => {
        const runs = await Promise.all(named.map((run) => runNamed(client, run)));
        return client.export({ runs, to });
      });
      printResult(context, options, report, () => {
        const { artifacts, bytes } = report;
        return `${count(report.runs.length, 'run')}, ${count(artifacts, 'artifact')} (${sizeOf(bytes)}): ${plainLine(report.path)}\n`;
      });
    });

  addCommand(
    program,
    'import <file>',
    'take the runs of an archive in; those that are here already stay as they are',
  ).action(async (file: string, options: CommonOptions) => {
    const root = workspaceRoot(io.cwd, options);
    const from = existingFile(io.cwd, file);
    const report = await withEngine(io, root, {}, (client) => client.import({ from }));
    printResult(context, options, report, () =>
      [
        ...report.runs.map((run) => `${plainLine(run)} imported\n`),
        ...report.skipped.map((run) => `${plainLine(run)} is here already\n`),
      ].join(''),
    );
  });

  addCommand(program, 'gc', 'remove what nothing refers to')
    .option('-n, --dry-run', 'only say what would be removed')
    .option('--older-than <days>', 'also forget runs that ended before, but those of models, decisions and tasks', days)
    .action(async (options: CommonOptions & { dryRun?: boolean; olderThan?: number }) => {
      const root = workspaceRoot(io.cwd, options);
      const { dryRun, olderThan } = options;
      const report = await withEngine(io, root, {}, (client) => client.gc({ dryRun, olderThan }));
      printResult(context, options, report, () => {
        const verb = report.dryRun ? 'would be removed' : 'removed';
        return [
          ...report.runs.map((run) => `run ${plainLine(run)} ${report.dryRun ? 'would be forgotten' : 'forgotten'}\n`),
          ...report.leftovers.map((thing) => `${plainLine(thing)} ${verb}\n`),
          ...deleted(report, verb),
          `${count(report.artifacts.count, 'artifact')} (${sizeOf(report.artifacts.bytes)}) ${verb}\n`,
          `${count(report.folders.count, 'folder')} of attempts (${sizeOf(report.folders.bytes)}) ${verb}\n`,
          `${count(report.kept.count, 'artifact')} (${sizeOf(report.kept.bytes)}) kept\n`,
        ].join('');
      });
    });
}

function deleted({ deleted: { runs, models, experiments } }: GarbageReport, verb: string): string[] {
  if (runs + models + experiments === 0) return [];
  const all = `${count(runs, 'run')}, ${count(models, 'model')} and ${count(experiments, 'experiment')}`;
  return [`${all} that were deleted in the tracker ${verb}\n`];
}

function days(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a number of days.');
}
