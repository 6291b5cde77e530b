import type { Command } from 'commander';
import type { EngineClient, LogChunk } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { runNamed } from '../run-name';
import { plainLine, plainText } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

interface LogOptions extends CommonOptions {
  follow?: boolean;
}

/** `logs RUN [NODE] [-f]`. */
export function logsCommand(program: Command, context: Context): void {
  addCommand(program, 'logs <run> [node]', 'print what the nodes of a run wrote')
    .option('-f, --follow', 'go on until the run is settled')
    .action((run: string, node: string | undefined, options: LogOptions) => logs(context, run, node, options));
}

async function logs(context: Context, named: string, node: string | undefined, options: LogOptions): Promise<void> {
  const { io } = context;
  const root = workspaceRoot(io.cwd, options);
  await withEngine(io, root, {}, async (client) => {
    const run = await runNamed(client, named);
    if (options.follow && !options.json) return follow(context, client, run, node);
    if (options.follow) await client.settled({ run });
    const chunks = await client.logs({ run, node });
    printResult(context, options, chunks, () => {
      const print = printer(context, run, node === undefined);
      return chunks.map((chunk) => print(chunk, true)).join('');
    });
  });
}

/** Milliseconds between two looks at least; long logs are looked at less often. */
const LOOK_EVERY = 300;
const SHARE_OF_TIME = 0.05;

async function follow(context: Context, client: EngineClient, run: string, node?: string): Promise<void> {
  const print = printer(context, run, node === undefined);
  let left = false;
  const interrupts = context.io.onInterrupt(() => {
    left = true;
  });
  try {
    let over = false;
    while (!left) {
      const began = performance.now();
      // Asked before the logs: what is written between the two is not lost.
      const { state, interrupted } = await client.show({ run });
      // A run that lost its engine does not end by itself.
      over = state !== 'running' || interrupted === true;
      for (const chunk of await client.logs({ run, node })) context.io.out(print(chunk, over));
      if (over) return;
      const pause = Math.max(LOOK_EVERY, (performance.now() - began) / SHARE_OF_TIME);
      await Promise.race([client.settled({ run }), new Promise((resolve) => setTimeout(resolve, pause))]);
    }
  } finally {
    interrupts.dispose();
  }
}

/**
 * Prints what is new of each attempt's log, with the step's name before each line where there are several steps.
 * A line without end is held back until it has one, or `last` says that there will be none.
 */
function printer({ io, out, err }: Context, asked: string, named: boolean): (chunk: LogChunk, last: boolean) => string {
  const printed = new Map<string, number>();
  return ({ node, attempt, text, run }, last) => {
    const key = `${attempt} ${node}`;
    const from = printed.get(key) ?? 0;
    if (run !== undefined && !printed.has(key)) {
      // Not on standard output: no node wrote it.
      const where = named
        ? `: scanflow logs ${asked} ${plainLine(node)}`
        : text === ''
          ? ', of which no log is left'
          : '';
      io.err(`${err.faint(`${plainLine(node)} came from the cache, made by run ${run}${where}`)}\n`);
      printed.set(key, 0);
    }
    const to = last ? text.length : text.lastIndexOf('\n') + 1;
    if (to <= from) return '';
    printed.set(key, to);
    const lines = plainText(text.slice(from, to)).replace(/\n$/, '').split('\n');
    const tag = attempt > 1 ? `${plainLine(node)} (${attempt})` : plainLine(node);
    return lines.map((line) => (named ? `${out.active(tag)} | ${line}\n` : `${line}\n`)).join('');
  };
}
