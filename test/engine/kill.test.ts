import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RunSummary } from '../../engine/protocol';
import { placesOf } from '../../engine/workspace/places';
import { ensureDocker } from '../environment/docker';
import { runtimes } from './runtimes';

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
    image: node:24-slim
    files: [program.mjs]
    command: [node, program.mjs, $(word), $(outputs.y), $(inputs.x)]
    inputs: { x: { type: text, optional: true } }
    outputs: { y: { type: text, path: y } }
  first:
    image: node:24-slim
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

/** Whose containers to look for. */
const workspaces: string[] = [];

/** Runs once with the engine killed at the k-th passing of a point, resumes, and looks at what is left. */
function killAndResume(runtime: string, point: string, count: number): { hurt: boolean } {
  const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-kill-'));
  workspaces.push(placesOf(root).id);
  try {
    writeFileSync(path.join(root, 'chain.scanflow'), graph);
    writeFileSync(path.join(root, 'program.mjs'), program);
    const first = command(root, ['run', 'chain.scanflow', '--runtime', runtime], {
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
    expect(
      summary.nodes.map(({ state }) => state),
      where,
    ).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const logs = command(root, ['logs', summary.run, 'c']);
    expect(logs.stdout.match(/c line \d+/g)?.length, where).toBe(50);
    // All that succeeded is known by now to every other run.
    const next = command(root, ['run', 'chain.scanflow', '--runtime', runtime]).json();
    expect(
      next.nodes.map(({ state }) => state),
      where,
    ).toEqual(['cached', 'cached', 'cached']);
    const caches = path.join(root, '.scanflow/cache');
    for (const cache of readdirSync(caches)) {
      expect(
        readFileSync(path.join(caches, cache, 'executions'), 'utf8')
          .trim()
          .split('\n'),
        where,
      ).toHaveLength(1);
    }
    return { hurt };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Containers cost a second each: there, every third time is killed, and each point of the outer world in full. */
const strides = { process: 1, docker: 3 };

describe.each(runtimes)('an engine that is killed, with nodes in $name', ({ name, ready }) => {
  it.for(['before-entry', 'after-entry', 'before-start', 'after-start'])(
    'at %s, each time in turn, is resumed with nothing run twice and nothing lost',
    { timeout: 900_000 },
    async (point, context) => {
      const reason = await ready();
      if (reason) return context.skip(reason);
      let kills = 0;
      for (let count = 1; count < 200; count += point.endsWith('start') ? 1 : strides[name]) {
        if (!killAndResume(name, point, count).hurt) break;
        kills++;
      }
      expect(kills).toBeGreaterThan(2);
      if (name === 'docker') expect(await leftovers(workspaces.splice(0))).toEqual([]);
    },
  );
});

const phases = `
scanflow: 1
name: phases
labels: { edges: [training, inference] }
sources: { clean: clean.txt }
executors:
  copy: { command: [cp, $(inputs.x), $(outputs.y)], inputs: { x: file }, outputs: { y: file } }
nodes:
  model: { executor: copy }
  live: { executor: copy }
edges:
  - sources.clean -> model.x [training]
  - model.y -> live.x [inference]
`;

describe('what supplies other runs', () => {
  const place = (clean: string) => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-supply-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    writeFileSync(path.join(root, 'phases.scanflow'), phases);
    writeFileSync(path.join(root, 'clean.txt'), clean);
    return root;
  };
  const run = (root: string, phase: string, env: Record<string, string> = {}) =>
    command(root, ['run', 'phases.scanflow', '--phase', phase, '--runtime', 'process'], env);
  const used = (root: string): string => {
    const { run: id } = run(root, 'inference').json();
    const [output] = JSON.parse(command(root, ['outputs', id, 'live']).stdout) as { path: string }[];
    return readFileSync(path.join(root, output!.path), 'utf8');
  };

  it('is the newest success, also of a run whose engine was killed and that nobody resumed', {
    timeout: 120_000,
  }, () => {
    const root = place('old');
    run(root, 'training');
    writeFileSync(path.join(root, 'clean.txt'), 'new');
    const runs = path.join(root, '.scanflow/runs');
    const before = readdirSync(runs);
    const settled = () => {
      const killed = readdirSync(runs).find((name) => !before.includes(name));
      return killed !== undefined && readFileSync(path.join(runs, killed, 'journal'), 'utf8').includes('"settled"');
    };
    for (let count = 5; !settled(); count++) {
      for (const name of readdirSync(runs))
        if (!before.includes(name)) rmSync(path.join(runs, name), { recursive: true });
      run(root, 'training', { SCANFLOW_FAILPOINT: `after-entry:${count}` });
    }
    expect(used(root)).toBe('new');
  });

  it.each([
    ['gone', (file: string) => rmSync(file)],
    ['damaged', (file: string) => writeFileSync(file, readFileSync(file, 'latin1').replace('"at"', '"AT"'), 'latin1')],
  ])('is made again of the journals where the history is %s', { timeout: 120_000 }, (_, harm) => {
    const root = place('clean');
    run(root, 'training');
    run(root, 'inference');
    harm(path.join(root, '.scanflow/history'));
    expect(used(root)).toBe('clean');
  });
});

const sleeper = `
scanflow: 1
name: sleeper
executors:
  sleep:
    command: [node, "-e", "setTimeout(() => {}, 600000)"]
nodes:
  sleep: { executor: sleep }
`;

describe('what an engine that was killed has left running', () => {
  const roots: string[] = [];
  const pids: number[] = [];
  afterEach(() => {
    for (const pid of pids.splice(0)) if (runs(pid)) process.kill(-pid, 'SIGKILL');
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });
  const runs = (pid: number) => {
    try {
      // One that has ended keeps its pid, and no arguments, until somebody asks how.
      if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  /** A workspace whose engine was killed when its node had started, and the process that goes on. */
  async function orphan(): Promise<{ root: string; pid: number }> {
    const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-orphan-'));
    roots.push(root);
    writeFileSync(path.join(root, 'sleeper.scanflow'), sleeper);
    command(root, ['run', 'sleeper.scanflow', '--runtime', 'process'], { SCANFLOW_FAILPOINT: 'after-start:1' });
    const folder = path.join(root, '.scanflow/runs');
    const pid = await vi.waitFor(() => {
      const file = readdirSync(folder, { encoding: 'utf8', recursive: true }).find((name) => /runtime.pid$/.test(name));
      const found = Number.parseInt(readFileSync(path.join(folder, file!), 'utf8'), 10);
      expect(runs(found)).toBe(true);
      return found;
    }, 10_000);
    pids.push(pid);
    return { root, pid };
  }
  const forget = (root: string) => rmSync(path.join(root, '.scanflow'), { recursive: true });
  const gc = (root: string, ...more: string[]) =>
    JSON.parse(command(root, ['gc', ...more]).stdout) as { leftovers: string[] };

  it('is taken away by `gc` where its store is gone, and only said in a dry run', { timeout: 60_000 }, async () => {
    const { root, pid } = await orphan();
    forget(root);
    const { leftovers } = gc(root, '--dry-run');
    expect(leftovers).toContainEqual(expect.stringContaining(`process ${pid} of run `));
    expect(runs(pid)).toBe(true);
    expect(gc(root).leftovers).toEqual(leftovers);
    expect(runs(pid)).toBe(false);
    expect(gc(root).leftovers).toEqual([]);
  });

  it('is taken away by the first run of the next engine', { timeout: 60_000 }, async () => {
    const { root, pid } = await orphan();
    forget(root);
    writeFileSync(path.join(root, 'short.scanflow'), sleeper.replace('600000', '1'));
    expect(command(root, ['run', 'short.scanflow', '--runtime', 'process']).status).toBe(0);
    expect(runs(pid)).toBe(false);
  });

  it('stays for the resume that adopts it, and beside a copy of its workspace', { timeout: 60_000 }, async () => {
    const { root, pid } = await orphan();
    expect(gc(root).leftovers).toEqual([]);
    const copy = `${root}-copy`;
    roots.push(copy);
    cpSync(root, copy, { recursive: true });
    forget(copy);
    expect(gc(copy).leftovers).toEqual([]);
    expect(runs(pid)).toBe(true);
  });
});

/** Containers and networks of ours that nobody took away. */
async function leftovers(ours: readonly string[]): Promise<string[]> {
  const environment = await ensureDocker();
  if ('reason' in environment) return [];
  const filters = { label: ['scanflow.run'] };
  const containers = await environment.docker.listContainers({ all: true, filters });
  const networks = await environment.docker.listNetworks({ filters });
  return [...containers, ...networks]
    .filter(({ Labels }) => ours.includes(Labels?.['scanflow.workspace'] ?? ''))
    .map(({ Labels }) => JSON.stringify(Labels));
}
