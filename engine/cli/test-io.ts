import { watchActivity } from '../host';
import { type Answers, type FakeEngine, fakeEngine } from '../host/fake-engine';
import type { EngineClient } from '../protocol';
import type { Interrupt, Io } from './io';
import { runCli } from './run-cli';

/** A command that a test is the outer world of. */
export interface TestIo extends Io {
  /** All that went to standard output, and to standard error. */
  written: { out: string; err: string };
  /** Presses Ctrl-C, or stops reading. */
  interrupt(by?: Interrupt): void;
  /** Which workspace was joined, and how. */
  joined: { workspace: string; detach: boolean }[];
}

/** @param engine Hosted by this command; null: there must be none. */
export function testIo(engine: EngineClient | null, cwd: string, rest: Partial<Io> = {}): TestIo {
  const listeners = new Set<(by: Interrupt) => void>();
  const written = { out: '', err: '' };
  const joined: TestIo['joined'] = [];
  return {
    written,
    joined,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    terminal: null,
    colour: { out: false, err: false },
    env: new Map(),
    cwd,
    version: '1.2.3',
    installation: cwd,
    onInterrupt(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    interrupt(by = 'signal') {
      if (listeners.size === 0) throw new Error('Nobody listens: this would end the process.');
      for (const listener of [...listeners]) listener(by);
    },
    async join(workspace, { detach }) {
      joined.push({ workspace, detach });
      if (!engine) throw new Error('This command needs no engine.');
      const host = { address: '', clients: () => 0, busy: () => false, serving: () => false, dispose: async () => {} };
      const here = detach ? null : { host, activity: watchActivity(engine) };
      return { client: engine, here, gone: new Promise(() => {}) };
    },
    open: async () => {
      if (!engine) throw new Error('This command needs no engine.');
      return engine;
    },
    tellParent: () => {},
    ...rest,
  };
}

/** Runs a command to its end. */
export async function scanflow(
  io: TestIo,
  ...argv: string[]
): Promise<{ code: number; out: string; err: string; json: unknown }> {
  const code = await runCli(argv, io);
  const { out, err } = io.written;
  return { code, out, err, json: argv.includes('--json') ? (JSON.parse(out) as unknown) : undefined };
}

/** An engine that has one run, `r1`. */
export async function withRun(answers: Answers = {}): Promise<FakeEngine> {
  const engine = fakeEngine(answers);
  await engine.run({ file: 'digits.scanflow' });
  return engine;
}
