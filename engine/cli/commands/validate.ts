import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { parseWorkflow } from '../../../graph';
import { EXIT } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { count } from '../screen/figures';
import { problemLines } from '../screen/problems';
import { existingFile } from '../workspace-root';

/** `validate FILE`: all problems of a file, from the text alone. No engine, no store, nothing is run. */
export function validateCommand(program: Command, context: Context): void {
  addCommand(program, 'validate <file>', 'check a workflow and print every problem in it').action(
    async (file: string, options: CommonOptions) => {
      const { problems } = await readWorkflow(context, file);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      printResult(context, options, { problems }, () => {
        const listed = problemLines(shownPath(context, file), problems, context.out);
        if (errors > 0) return `${listed}${count(errors, 'error')}\n`;
        return `${listed}${shownPath(context, file)} is valid\n`;
      });
      context.exit(errors > 0 ? EXIT.failed : EXIT.done);
    },
  );
}

/** A workflow's file, parsed. @throws SF3902 where it can't be read. */
export async function readWorkflow({ io }: Context, file: string): Promise<ReturnType<typeof parseWorkflow>> {
  return parseWorkflow(await readFile(existingFile(io.cwd, file), 'utf8'));
}

/** A file as the person who typed it would find it again. */
export function shownPath({ io }: Context, file: string): string {
  const relative = path.relative(io.cwd, path.resolve(io.cwd, file));
  return relative.startsWith('..') ? path.resolve(io.cwd, file) : relative;
}
