import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../engine/protocol';

const scanflow = path.resolve('dist/scanflow.js');

/** Every execution leaves a line in the node's cache, which outlives attempts: what ran twice is seen. */
const program = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
const [word, out, ...inputs] = process.argv.slice(2);
appendFileSync(process.env.SCANFLOW_CACHE + '/executions', process.env.SCANFLOW_NODE + '\\n');
for (let line = 0; line < 50; line++) console.log(word + ' line ' + line);
await new Promise((done) => setTimeout(done, 30));
writeFileSync(out, inputs.map((file) => readFileSync(file, 'utf8')).join('') + word);
`;

const graph = `
scanflow: 1
name: chain
executors:
  step:
    files: [program.mjs]
    command: [node, program.mjs, $(word), $(outputs.y), $(inputs.x)]
    inputs: { x: { type: text, optional: true } }
    outputs: { y: { type: text, path: y } }
  first:
    files: [program.mjs]
    command: [node, program.mjs, "a", $(outputs.y)]
    outputs: { y: { type: text, path: y } }
nodes:
  a: { executor: first }
  b: { executor: step, with: { word: b } }
  c: { executor: step, with: { word: c } }
edges:
  - a.y -> b.x
  - b.y -> c.x
`;

function command(root: string, args: string[], env: Record<string, string> = {}) {
  const result = spawnSync(process.execPath, [scanflow, ...args, '--workspace', root, '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { ...result, json: () => JSON.parse(result.stdout) as RunSummary };
}

/** Runs once with the engine killed at the k-th passing of a point, resumes, and looks at what is left. */
function killAndResume(point: string, count: number): { hurt: boolean } {
  const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-kill-'));
  try {
    writeFileSync(path.join(root, 'chain.scanflow'), graph);
    writeFileSync(path.join(root, 'program.mjs'), program);
    const first = command(root, ['run', 'chain.scanflow', '--runtime', 'process'], {
      SCANFLOW_FAILPOINT: `${point}:${count}`,
    });
    // The test's program is the engine itself, so that it is the engine that dies.
    const hurt = first.signal === 'SIGKILL';
    const runs = existsSync(path.join(root, '.scanflow/runs')) ? readdirSync(path.join(root, '.scanflow/runs')) : [];
    const run = runs.find((name) => /^\d/.test(name));
    const resumed = hurt && run ? command(root, ['resume', run]) : first;
    if (hurt && (!run || resumed.status === 2)) {
      // Killed before the run was on disk: it never was, and nobody was told of it.
      expect(first.stdout).toBe('');
      return { hurt };
    }
    const where = `${point}:${count}\n${resumed.stderr}`;
    expect(resumed.status, where).toBe(0);
    const summary = resumed.json();
    expect(summary.state, where).toBe('succeeded');
    expect(summary.nodes.map(({ state }) => state), where).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const logs = command(root, ['logs', summary.run, 'c']);
    expect(logs.stdout.match(/c line \d+/g)?.length, where).toBe(50);
    const caches = path.join(root, '.scanflow/cache');
    for (const cache of readdirSync(caches)) {
      expect(readFileSync(path.join(caches, cache, 'executions'), 'utf8').trim().split('\n'), where).toHaveLength(1);
    }
    return { hurt };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe('an engine that is killed', () => {
  it.each(['before-entry', 'after-entry', 'before-start', 'after-start'])(
    'at %s, each time in turn, is resumed with nothing run twice and nothing lost',
    (point) => {
      let kills = 0;
      for (let count = 1; count < 200; count++) {
        if (!killAndResume(point, count).hurt) break;
        kills++;
      }
      expect(kills).toBeGreaterThan(2);
    },
    600_000,
  );
});
