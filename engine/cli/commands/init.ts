import path from 'node:path';
import type { Command } from 'commander';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { table } from '../screen/table';
import { copyTemplate, listTemplates } from '../templates';
import { shownPath } from '../workflow-file';

interface InitOptions extends CommonOptions {
  list?: boolean;
}

/** The smallest example: it runs in seconds and needs nothing. */
const FIRST = 'sensors';

/** `init [TEMPLATE] [DIR]`: a workflow that runs, to begin with. */
export function initCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'init', 'copy an example workflow into a folder, to begin with')
    .argument('[template]', 'name of an example', FIRST)
    .argument('[dir]', 'where to (default: a folder of that name)')
    .option('--list', 'list the templates')
    .action(async (template: string, folder: string | undefined, options: InitOptions) => {
      const examples = path.resolve(io.installation, '../examples');
      if (options.list) {
        const templates = await listTemplates(examples);
        const rows = templates.map(({ name, description }) => [name, description]);
        printResult(context, options, { templates }, () => table(['TEMPLATE', 'DESCRIPTION'], rows));
        return;
      }
      const to = path.resolve(io.cwd, folder ?? template);
      const files = await copyTemplate(examples, template, to);
      const file = path.join(to, files[0]!);
      printResult(context, options, { template, file, files }, () => {
        const shown = shownPath(context, file);
        return `${files.length} files in ${shownPath(context, to)}\n  scanflow validate ${shown}\n  scanflow run ${shown}\n`;
      });
    });
}
