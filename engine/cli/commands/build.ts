import { type Command, Option } from 'commander';
import type { RunRequest } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { validWorkflow } from '../workflow-file';
import { existingFile, workspaceRoot } from '../workspace-root';

interface BuildOptions extends CommonOptions {
  runtime: RunRequest['runtime'];
}

/** `build FILE`: the Setup stage (R23). Makes every environment of a workflow, and runs nothing. */
export function buildCommand(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(program, 'build <file>', 'make the images or environments of a workflow, without running it')
    .addOption(
      new Option('--runtime <runtime>', 'where nodes will run').choices(['auto', 'docker', 'process']).default('auto'),
    )
    .action(async (file: string, options: BuildOptions) => {
      await validWorkflow(context, file);
      const root = workspaceRoot(io.cwd, { workspace: options.workspace, file });
      const request = { file: existingFile(io.cwd, file), runtime: options.runtime };
      const built = await withEngine(io, root, {}, (client) => client.build(request));
      printResult(context, options, built, () =>
        built
          .map(({ programs, description }) => `${out.strong(programs.join(', '))}: ${plainLine(description)}\n`)
          .join(''),
      );
    });
}
