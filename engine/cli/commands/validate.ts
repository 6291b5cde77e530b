import path from 'node:path';
import type { Command } from 'commander';
import { compareRanges, fileProblems, heardOf } from '../../../graph';
import { EXIT } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { count } from '../screen/figures';
import { problemLines } from '../screen/problems';
import { seenDisk } from '../seen-disk';
import { readWorkflow, shownPath } from '../workflow-file';
import { workspaceRoot } from '../workspace-root';

/** `validate FILE`: all problems of a file and of the files that it names. No engine, no store, nothing is run. */
export function validateCommand(program: Command, context: Context): void {
  addCommand(program, 'validate <file>', 'check a workflow and print every problem in it').action(
    async (file: string, options: CommonOptions) => {
      const read = await readWorkflow(context, file);
      const { cwd } = context.io;
      const root = workspaceRoot(cwd, { workspace: options.workspace, file });
      const disk = seenDisk(root, path.dirname(path.resolve(cwd, file)));
      const found = [...read.problems, ...(await fileProblems(read, disk))];
      const problems = heardOf(
        read.text,
        found.sort((one, other) => compareRanges(one.range, other.range)),
      );
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      printResult(context, options, { problems }, () => {
        const name = shownPath(context, file);
        return `${problemLines(name, problems, context.out)}${errors > 0 ? count(errors, 'error') : `${name} is valid`}\n`;
      });
      context.exit(errors > 0 ? EXIT.failed : EXIT.done);
    },
  );
}
