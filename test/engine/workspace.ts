import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { openEngine } from '../../engine/engine';
import type { EngineClient, RunRequest, RunSummary } from '../../engine/protocol';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export interface TestWorkspace {
  root: string;
  write(files: Record<string, string>): void;
  engine(): Promise<EngineClient>;
  /** Runs to the end of what can move. */
  run(request: Partial<RunRequest> & { file: string }): Promise<RunSummary>;
}

/** A workspace in a temporary folder, with engines that are closed after the test. */
export function workspace(files: Record<string, string>): TestWorkspace {
  const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-')));
  open.push(async () => rmSync(root, { recursive: true, force: true }));
  let client: Promise<EngineClient> | null = null;
  const self: TestWorkspace = {
    root,
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        const file = path.join(root, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
    },
    engine() {
      client ??= openEngine({ workspace: root, by: 'test' }).then((engine) => {
        let disposed = false;
        const dispose = async () => {
          if (disposed) return;
          disposed = true;
          client = null;
          await engine.dispose();
        };
        open.push(dispose);
        return { ...engine, dispose };
      });
      return client;
    },
    async run(request) {
      const engine = await self.engine();
      const { run } = await engine.run({ runtime: 'process', jobs: 2, ...request });
      const summary = await engine.settled({ run });
      for (const { name, state } of summary.nodes) {
        if (state !== 'failed') continue;
        // What a person would read next belongs in the report of a test that fails.
        const logs = await engine.logs({ run, node: name });
        console.log(`log of ${name}:\n${logs.map(({ text }) => text.slice(-2000)).join('')}`);
      }
      return summary;
    },
  };
  self.write(files);
  return self;
}

/** Step name -> state. */
export function states(summary: RunSummary): Record<string, string> {
  return Object.fromEntries(summary.nodes.map(({ name, state }) => [name, state]));
}
