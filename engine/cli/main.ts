#!/usr/bin/env node
import { connectOrHost } from '../host';
import { EXIT } from '../protocol';
import type { Interrupt, Io } from './io';
import { reportError } from './report-error';
import { runCli } from './run-cli';

/** Put in by the bundler, from package.json. */
declare const SCANFLOW_VERSION: string;

const listeners = new Set<(by: Interrupt) => void>();
/** A terminal's Ctrl-C comes twice where a parent (npm) passes it on, too: so soon after each other they are one (milliseconds). */
const ONE_PRESS = 250;
let pressed = Number.NEGATIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (performance.now() - pressed < ONE_PRESS) return;
    pressed = performance.now();
    if (listeners.size === 0) process.exit(EXIT.cancelled);
    for (const listener of listeners) listener('signal');
  });
}
// Whoever reads may leave (`| head`): then there is nobody to write for. Every write fails from then on, and one Ctrl-C ends
// `| tee`, too: only where it is the first interruption does it count as one.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (listeners.size === 0 || pressed > Number.NEGATIVE_INFINITY) return;
    pressed = performance.now();
    for (const listener of listeners) listener('reader');
  });
}

/** The engine is loaded when it is needed: `--help` and `validate` don't wait for it. */
async function open(options: { workspace: string; by?: string }) {
  const { openEngine } = await import('../engine');
  return await openEngine(options);
}

const { env } = process;
const coloured = (stream: NodeJS.WriteStream) => stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';

const io: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  terminal:
    process.stderr.isTTY && env.TERM !== 'dumb'
      ? () => ({ columns: process.stderr.columns || 80, rows: process.stderr.rows || 24 })
      : null,
  colour: { out: coloured(process.stdout), err: coloured(process.stderr) },
  env: new Map(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  cwd: process.cwd(),
  version: SCANFLOW_VERSION,
  installation: __dirname,
  onInterrupt(listener) {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  },
  join: (workspace, { detach }) =>
    connectOrHost(workspace, {
      detach,
      open,
      version: SCANFLOW_VERSION,
      program: { node: process.execPath, script: __filename },
    }),
  open: (workspace) => open({ workspace }),
  tellParent: (refusal) => void process.send?.(refusal),
};

/** A pipe takes its time: what was printed must be out before the process ends. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableEnded || stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}

async function leave(code: number): Promise<never> {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

// What nobody caught is told like any other error, never as a bare stack.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => void leave(reportError(io, error, false)));
}
runCli(process.argv.slice(2), io).then(leave, (error: unknown) => leave(reportError(io, error, false)));
