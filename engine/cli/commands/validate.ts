import type { Command } from 'commander';
import { EXIT } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { count } from '../screen/figures';
import { problemLines } from '../screen/problems';
import { readWorkflow, shownPath } from '../workflow-file';

/** `validate FILE`: all problems of a file, from the text alone. No engine, no store, nothing is run. */
export function validateCommand(program: Command, context: Context): void {
  addCommand(program, 'validate <file>', 'check a workflow and print every problem in it').action(
    async (file: string, options: CommonOptions) => {
      const { problems } = await readWorkflow(context, file);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      printResult(context, options, { problems }, () => {
        const name = shownPath(context, file);
        return `${problemLines(name, problems, context.out)}${errors > 0 ? count(errors, 'error') : `${name} is valid`}\n`;
      });
      context.exit(errors > 0 ? EXIT.failed : EXIT.done);
    },
  );
}
