import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database';

/**
 * Fifty writers at once in a process that is killed at a random moment, again and again over the same store, whose
 * journals are checkpointed all the time. What was acknowledged must be there after each.
 * SCANFLOW_CRASHES=200 for the long version.
 */
const CRASHES = Number(process.env.SCANFLOW_CRASHES ?? 6);
const SEED = Number(process.env.SCANFLOW_SEED ?? Math.floor(Math.random() * 1e9));

const WRITER = `
import { openDatabase } from './database';
import { createExperiment } from './experiments';
import { createRun, logBatch } from './runs';
const [folder, round] = process.argv.slice(2);
(async () => {
  const database = await openDatabase(folder, { checkpointAt: 20_000 });
  if (!database.state.experiments.has('0')) await createExperiment(database, { id: '0', name: 'Default' });
  const say = (acknowledged) => process.stdout.write(JSON.stringify(acknowledged) + '\\n');
  say('ready');
  await Promise.all(Array.from({ length: 50 }, async (_, writer) => {
    const run = await createRun(database, { experiment: '0', name: 'w' + writer, owner: null, key: 'key' + writer });
    for (let i = 0; ; i++) {
      const key = round + '-' + i;
      const metrics = [{ key: 'm', value: i, timestamp: Number(round), step: i }];
      await logBatch(database, run, { metrics, params: [[key, 'v' + i]], tags: [['last', key]] });
      say([run, i]);
    }
  }));
})();
`;

let scripts: string;
beforeAll(async () => {
  scripts = await fs.mkdtemp(path.join(os.tmpdir(), 'crash-'));
  await build({
    stdin: { contents: WRITER, resolveDir: __dirname, loader: 'ts' },
    outfile: path.join(scripts, 'writer.cjs'),
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
});
afterAll(() => fs.rm(scripts, { recursive: true }));

test(`nothing acknowledged is lost in ${CRASHES} crashes (seed ${SEED})`, { timeout: 1_200_000 }, async () => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'crash-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  let random = SEED;
  /** Run -> round -> how many writes were acknowledged: they come in order. */
  const acknowledged = new Map<string, Map<number, number>>();
  for (let round = 0; round < CRASHES; round++) {
    random = (random * 1103515245 + 12345) % 2 ** 31;
    await crash(folder, round, random % 600, acknowledged);
    const database = await openDatabase(folder);
    for (const [run, rounds] of acknowledged) {
      const found = database.state.runs.get(run)!;
      const history = await database.history(run, 'm');
      for (const [past, count] of rounds) {
        const steps = history.filter(({ timestamp }) => timestamp === past).map(({ step }) => step);
        // In order and without gaps; some more may have been written whose acknowledgement was still under way.
        expect(steps).toEqual(steps.map((_, i) => i));
        expect(steps.length).toBeGreaterThanOrEqual(count);
        for (let i = 0; i < steps.length; i++) expect(found.params.get(`${past}-${i}`)).toBe(`v${i}`);
      }
      const last = found.tags.get('last') ?? '';
      expect(found.params.has(last)).toBe(true);
    }
    await database.close();
  }
  expect(acknowledged.size).toBe(50);
});

async function crash(
  folder: string,
  round: number,
  milliseconds: number,
  acknowledged: Map<string, Map<number, number>>,
): Promise<void> {
  const child = spawn(process.execPath, [path.join(scripts, 'writer.cjs'), folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as 'ready' | [string, number];
    if (said === 'ready') {
      setTimeout(() => child.kill('SIGKILL'), milliseconds);
      continue;
    }
    const [run, i] = said;
    const rounds = acknowledged.get(run) ?? new Map<number, number>();
    acknowledged.set(run, rounds.set(round, i + 1));
  }
  await exit;
}
