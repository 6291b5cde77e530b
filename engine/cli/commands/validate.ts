import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type Disk, fileProblems, heardOf } from '../../../graph';
import { EXIT } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { count } from '../screen/figures';
import { problemLines } from '../screen/problems';
import { readWorkflow, shownPath } from '../workflow-file';

/** `validate FILE`: all problems of a file and of the files that it names. No engine, no store, nothing is run. */
export function validateCommand(program: Command, context: Context): void {
  addCommand(program, 'validate <file>', 'check a workflow and print every problem in it').action(
    async (file: string, options: CommonOptions) => {
      const read = await readWorkflow(context, file);
      const folder = path.dirname(path.resolve(context.io.cwd, file));
      const problems = heardOf(read.text, [...read.problems, ...(await fileProblems(read, diskAt(folder)))]);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      printResult(context, options, { problems }, () => {
        const name = shownPath(context, file);
        return `${problemLines(name, problems, context.out)}${errors > 0 ? count(errors, 'error') : `${name} is valid`}\n`;
      });
      context.exit(errors > 0 ? EXIT.failed : EXIT.done);
    },
  );
}

function diskAt(folder: string): Disk {
  const at = (written: string) => path.resolve(folder, written);
  return {
    kindOf: async (written) => {
      const facts = await stat(at(written)).catch((error: NodeJS.ErrnoException) => error.code);
      if (typeof facts !== 'object') return facts === 'ENOENT' || facts === 'ENOTDIR' ? 'missing' : 'unknown';
      return facts.isDirectory() ? 'folder' : 'file';
    },
    read: (written) => readFile(at(written), 'utf8').catch(() => undefined),
  };
}
