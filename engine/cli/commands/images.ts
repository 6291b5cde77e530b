import type { Command } from 'commander';
import { sizeOf } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { cliFault } from '../faults';
import { count, moment } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

interface ImagesOptions extends CommonOptions {
  prune?: boolean;
  push?: string[];
}

/** `images`: what Docker has of ours and what this workspace used; removes them, or pushes one. */
export function imagesCommand(program: Command, context: Context): void {
  addCommand(program, 'images', 'list the images of this workspace')
    .option('--prune', 'remove those that were made for it and that nothing uses; they are made again when needed')
    .option('--push <name...>', 'NAME TARGET: push an image under another name')
    .action((options: ImagesOptions) => images(context, options));
}

async function images(context: Context, options: ImagesOptions): Promise<void> {
  const root = workspaceRoot(context.io.cwd, options);
  const { prune, push } = options;
  if (push) {
    const [name, target, ...more] = push;
    if (!name || !target || more.length > 0) throw cliFault('usage', '--push takes an image and its new name.');
    const pushed = await withEngine(context.io, root, {}, (client) => client.pushImage({ name, target }));
    printResult(context, options, pushed, () => `${name} is pushed as ${target}\n`);
  } else if (prune) {
    const pruned = await withEngine(context.io, root, {}, (client) => client.pruneImages({}));
    const names = pruned.removed.map((name) => `  ${plainLine(name)}\n`).join('');
    printResult(context, options, pruned, () => `${count(pruned.removed.length, 'image')} removed\n${names}`);
  } else {
    const rows = await withEngine(context.io, root, {}, (client) => client.images({}));
    printResult(context, options, rows, () =>
      rows.length === 0
        ? 'There is none yet: scanflow build FILE --runtime docker\n'
        : table(
            ['IMAGE', 'SIZE', 'MADE', 'LAST USED', 'FOR'],
            rows.map((row) => [
              row.id === null ? `${row.name} (gone)` : row.name,
              row.size === null ? '' : sizeOf(row.size),
              row.createdAt === null ? '' : moment(row.createdAt),
              row.usedBy[0] ? moment(row.usedBy[0].lastUsed) : '',
              row.usedBy.map(({ of }) => of).join(', '),
            ]),
          ),
    );
  }
}
