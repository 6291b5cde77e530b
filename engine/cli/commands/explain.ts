import type { Command } from 'commander';
import type { Explanation, FileChange } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { runNamed } from '../run-name';
import type { Palette } from '../screen/palette';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** How many files of a folder are named. */
const MOST_NAMED = 5;

/** `explain RUN [NODE]`: how the cache saw each step, and which field made the difference. */
export function explainCommand(program: Command, context: Context): void {
  const { io, out } = context;
  addCommand(program, 'explain <run> [node]', 'say why nodes ran or came from the cache').action(
    async (run: string, node: string | undefined, options: CommonOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const explanations = await withEngine(io, root, {}, async (client) =>
        client.explain({ run: await runNamed(client, run), node }),
      );
      printResult(context, options, explanations, () => explanations.map((each) => text(each, out)).join(''));
    },
  );
}

function text({ step, verdict, run, differs }: Explanation, paint: Palette): string {
  const name = paint.strong(plainLine(step));
  switch (verdict) {
    case 'hit':
      return `${name} came from the cache: run ${run} made it with the same key\n`;
    case 'off':
      return `${name} ran: its executor says \`cache: false\`\n`;
    case 'none':
      return `${name} ran: it never succeeded before\n`;
    case 'miss': {
      const lines = differs.map(
        ({ field, before, after, files }) =>
          `    ${plainLine(field)}: ${side(before)} -> ${side(after)}${files ? inside(files) : ''}\n`,
      );
      if (lines.length === 0)
        return `${name} ran, though nothing differs from run ${run}: it was asked for with --fresh\n`;
      return `${name} ran: since run ${run} this differs\n${lines.join('')}`;
    }
  }
}

/** Behind a folder: `(changed train.py, added new.py and 3 more)`. */
function inside(files: readonly FileChange[]): string {
  const named = files.slice(0, MOST_NAMED).map(({ path, change }) => `${change} ${plainLine(path)}`);
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  return files.length === 0 ? '' : ` (${named.join(', ')}${more})`;
}

function side(value: string | null): string {
  // As everywhere, twelve digits of a digest are enough to tell it from others.
  return value === null ? '(absent)' : plainLine(value).replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}
