import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, chownSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunRow, RunSummary, TaskRow } from '../../engine/protocol';
import { runtimes } from '../engine/runtimes';
import { type Place, place } from './place';

let at: Place;
beforeEach(() => {
  at = place();
});
afterEach(() => at.remove());

/** One node, with a command of its own. */
const node = (command: string, rest = '') => `
scanflow: 1
name: bad
sources: { data: data.csv, gone: gone.csv }
executors:
  work:
    image: node:24-slim
    command: ${command}
    outputs: { y: { type: text, path: y } }
${rest}nodes: { a: { executor: work } }
`;
const write = `[node, -e, "require('fs').writeFileSync(process.argv[1], 'y')", $(outputs.y)]`;
const long = '[node, -e, "setTimeout(() => {}, 60000)"]';

const phases = `
scanflow: 1
name: bad
labels: { edges: [training, inference] }
sources: { data: data.csv }
executors:
  work: { image: node:24-slim, command: ${write}, inputs: { x: file }, outputs: { y: { type: file, path: y } } }
nodes: { model: { executor: work }, live: { executor: work } }
edges:
  - sources.data -> model.x [training]
  - model.y -> live.x [inference]
`;

const asking = `
scanflow: 1
name: asks
labels: { edges: [inference] }
sources: { data: data.csv }
nodes: { ask: { uses: scanflow/human-labeler, with: { classes: [x, y] } } }
edges: [ 'sources.data -> ask.data [inference]' ]
`;

/** Exactly one error, with a code and a remedy. */
function oneError(stderr: string, code: string): void {
  expect(stderr.match(/^error SF\d{4}/gm), stderr).toEqual([`error ${code}`]);
  expect(stderr, stderr).toMatch(/^error .*\n {2}\S/m);
}

/** Resolves when the command has said that a step runs. */
function running(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stderr!.on('data', (text: Buffer) => {
      if (/a@any running/.test(text.toString())) resolve();
    });
  });
}

describe.each(runtimes)('what goes wrong in $name', ({ name, ready }) => {
  const prepare = async (skip: (reason: string) => void) => {
    const reason = await ready();
    if (reason) skip(reason);
  };

  it.for([
    ['exits with 3', node('[node, -e, "process.exit(3)"]'), 'SF3050', 'failed'],
    ['is killed', node('[node, -e, "process.kill(process.pid, \'SIGKILL\')"]'), 'SF3050', 'failed'],
    ['writes none of its outputs', node('[node, -e, ""]'), 'SF3040', 'failed'],
    ['takes too long', node(long, '    timeout: 1s\n'), 'SF3051', 'timed-out'],
    ['has a command that does not exist', node('[no-such-program]'), 'SF4004', 'failed'],
  ] as const)('a node %s', async ([_what, text, code, state], { skip }) => {
    await prepare(skip);
    at.write({ 'bad.scanflow': text });
    const run = at.command(['run', 'bad.scanflow', '--runtime', name, '--json']);
    expect(run.status, run.stderr).toBe(1);
    const summary = JSON.parse(run.stdout) as RunSummary;
    expect(summary.state).toBe('failed');
    expect(summary.nodes[0]).toMatchObject({ state, fault: { code } });
    expect(summary.nodes[0]!.fault!.remedy.length).toBeGreaterThan(5);
    expect(await at.left()).toEqual([]);
  });

  it.for([
    ['a source that is missing', node(write).replace('data.csv', 'none.csv'), [], 'SF3021'],
    ['a file that is missing, for a source', node(write), ['-i', 'data=none.csv'], 'SF3021'],
    ['a phase whose suppliers never ran', phases, ['--phase', 'inference'], 'SF3020'],
    ['a phase that the file does not have', phases, ['--phase', 'serving'], 'SF3010'],
    ['a node that the file does not have', phases, ['--to', 'modle'], 'SF3010'],
    ['a source that the file does not have', phases, ['-i', 'none=data.csv'], 'SF3015'],
    ['a parameter that the file does not have', phases, ['-p', 'lr=1'], 'SF3014'],
    ['a secret that is not set', node(write, '    secrets: [NO_SUCH]\n'), [], 'SF3030'],
  ] as const)('%s is refused before anything runs', async ([_what, text, args, code], { skip }) => {
    await prepare(skip);
    const read = text.includes('edges:') ? text : `${text}edges: [ sources.data -> a ]\n`;
    const bound = read
      .replace(
        'outputs: { y: { type: text, path: y } }\n',
        'inputs: { x: file }\n    outputs: { y: { type: text, path: y } }\n',
      )
      .replace('sources.data -> a ]', 'sources.data -> a.x ]');
    at.write({ 'bad.scanflow': bound, 'data.csv': 'id\n1\n' });
    const run = at.command(['run', 'bad.scanflow', '--runtime', name, ...args]);
    expect(run.status, run.stderr).toBe(2);
    oneError(run.stderr, code);
    expect(run.stdout).toBe('');
    expect(JSON.parse(at.command(['runs', '--json']).stdout)).toEqual([]);
    expect(await at.left()).toEqual([]);
  });

  it('labels for unknown samples, or of no class: none is taken, and the run waits on', async ({ skip }) => {
    await prepare(skip);
    at.write({
      'asks.scanflow': asking,
      'data.csv': 'id,v\na,1\nb,2\n',
      'unknown.csv': 'id,label\na,x\nstranger,y\n',
      'odd.csv': 'id,label\na,z\n',
    });
    const run = at.command(['run', 'asks.scanflow', '--runtime', name, '--json']);
    expect(run.status, run.stderr).toBe(0);
    const summary = JSON.parse(run.stdout) as RunSummary;
    expect(summary.state).toBe('waiting');
    for (const [file, code] of [
      ['unknown.csv', 'SF6032'],
      ['odd.csv', 'SF6033'],
    ] as const) {
      const answer = at.command(['answer', summary.tasks[0]!, file]);
      expect(answer.status, answer.stderr).toBe(2);
      oneError(answer.stderr, code);
    }
    const [task] = JSON.parse(at.command(['tasks', '--json']).stdout) as TaskRow[];
    expect(task).toMatchObject({ open: 2, answered: 0 });
    expect(await at.left()).toEqual([]);
  });

  it('Ctrl-C: the run is cancelled, its nodes are stopped, the exit code is 130', async ({ skip }) => {
    await prepare(skip);
    at.write({ 'bad.scanflow': node(long) });
    const child = at.start(['run', 'bad.scanflow', '--runtime', name, '--json']);
    await running(child);
    child.kill('SIGINT');
    expect((await once(child, 'exit'))[0]).toBe(130);
    const [row] = JSON.parse(at.command(['runs', '--json']).stdout) as RunRow[];
    expect(row!.state).toBe('cancelled');
    expect(await at.left()).toEqual([]);
  });

  it('a full disk is said, and the run goes on when there is space', async ({ skip }) => {
    await prepare(skip);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'scanflow-test', at.root]);
    if (mounted.status !== 0) return skip(`a small disk cannot be mounted: ${mounted.stderr}`);
    try {
      at.write({
        'bad.scanflow': node(
          '[node, -e, "require(\'fs\').writeFileSync(process.argv[1], Buffer.alloc(1500000, 7))", $(outputs.y)]',
        ),
      });
      const run = at.command(['run', 'bad.scanflow', '--runtime', name]);
      expect([1, 3]).toContain(run.status);
      expect(run.stderr + run.stdout).toMatch(/SF5\d{3}/);
      expect(run.stderr + run.stdout).toMatch(/space|disk/i);
      spawnSync('mount', ['-o', 'remount,size=60m', at.root]);
      const [id] = readdirSync(path.join(at.root, '.scanflow/runs'));
      const resumed = at.command(['resume', id!, '--json']);
      expect(resumed.status, resumed.stderr).toBe(0);
      expect((JSON.parse(resumed.stdout) as RunSummary).state).toBe('succeeded');
      expect(await at.left()).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', at.root]);
    }
  });
});

describe('an environment that is not able', () => {
  it('Docker is absent: exit code 3 and what to do', async () => {
    at.write({ 'bad.scanflow': node(write) });
    const run = at.command(['run', 'bad.scanflow', '--runtime', 'docker'], {
      DOCKER_HOST: `unix://${at.root}/no.sock`,
      SCANFLOW_SETTINGS: path.join(at.root, 'none.json'),
    });
    expect(run.status, run.stderr).toBe(3);
    oneError(run.stderr, 'SF4001');
    expect(run.stderr).toMatch(/--runtime process/);
    expect(await at.left()).toEqual([]);
  });

  it('the socket of Docker is forbidden: exit code 3, and that it is there', async () => {
    const socket = path.join(at.root, 'forbidden.sock');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    // Root may open everything: the command is to do without that right, at a socket that is another user's.
    const root = process.geteuid?.() === 0;
    chmodSync(socket, 0o000);
    if (root) chownSync(socket, 65534, 65534);
    at.write({ 'bad.scanflow': node(write) });
    const run = at.command(
      ['run', 'bad.scanflow', '--runtime', 'docker'],
      { DOCKER_HOST: `unix://${socket}`, SCANFLOW_SETTINGS: path.join(at.root, 'none.json') },
      root ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [],
    );
    server.close();
    expect(run.status, run.stderr).toBe(3);
    oneError(run.stderr, 'SF4002');
    expect(run.stderr).toContain(socket);
    expect(await at.left()).toEqual([]);
  });

  it('the image does not exist: the node fails and says which', async ({ skip }) => {
    const reason = await runtimes[1]!.ready();
    if (reason) return skip(reason);
    at.write({ 'bad.scanflow': node(write).replace('node:24-slim', 'scanflow/no-such-image:1') });
    const run = at.command(['run', 'bad.scanflow', '--runtime', 'docker']);
    expect(run.status, run.stderr).not.toBe(0);
    expect(run.stdout + run.stderr).toContain('scanflow/no-such-image:1');
    expect(await at.left()).toEqual([]);
  });

  it('a second engine on the workspace: joined, never a second writer', async () => {
    at.write({ 'bad.scanflow': node(long) });
    const first = at.start(['run', 'bad.scanflow', '--runtime', 'process']);
    await running(first);
    const [row] = JSON.parse(at.command(['runs', '--json']).stdout) as RunRow[];
    expect(row!.state).toBe('running');
    const cancelled = at.command(['cancel', row!.run]);
    expect(cancelled.status, cancelled.stderr).toBe(0);
    expect((await once(first, 'exit'))[0]).toBe(130);
    expect(await at.left()).toEqual([]);
  });

  it('the store is deleted: the engine in the background ends with all it runs, and the next one begins anew', async () => {
    at.write({ 'bad.scanflow': node(long), 'good.scanflow': node(write) });
    const run = at.command(['run', 'bad.scanflow', '--runtime', 'process', '--detach', '--json']);
    expect(run.status, run.stderr).toBe(0);
    const states = () => (JSON.parse(at.command(['runs', '--json']).stdout) as RunRow[]).map(({ state }) => state);
    expect(states()).toEqual(['running']);
    rmSync(path.join(at.root, '.scanflow'), { recursive: true });
    await vi.waitFor(async () => expect(await at.left()).toEqual([]), { timeout: 30_000, interval: 200 });
    const next = at.command(['run', 'good.scanflow', '--runtime', 'process']);
    expect(next.status, next.stderr).toBe(0);
    expect(states()).toEqual(['succeeded']);
  });

  it('a damaged journal of a run: said, and the other runs are still there', () => {
    at.write({ 'good.scanflow': node(write) });
    const run = () =>
      (JSON.parse(at.command(['run', 'good.scanflow', '--runtime', 'process', '--json']).stdout) as RunSummary).run;
    const [one, two] = [run(), run()];
    const journal = path.join(at.root, '.scanflow/runs', one, 'journal');
    const text = readFileSync(journal);
    text[200] = text[200]! ^ 0xff;
    writeFileSync(journal, text);
    const shown = at.command(['show', one]);
    expect(shown.status).not.toBe(0);
    expect(shown.stderr).toMatch(/error SF[35]\d{3}/);
    expect(at.command(['show', two]).status).toBe(0);
    // A torn tail, as a power cut leaves it, is cut off and nothing else.
    appendFileSync(path.join(at.root, '.scanflow/runs', two, 'journal'), 'half a rec');
    expect(at.command(['show', two]).status).toBe(0);
  });

  it('a damaged journal of the workspace: nothing is begun over it, and nothing of it is lost', () => {
    at.write({ 'asks.scanflow': asking, 'data.csv': 'id,v\na,1\nb,2\n', 'labels.csv': 'id,label\na,x\n' });
    const run = at.command(['run', 'asks.scanflow', '--runtime', 'process', '--json']);
    expect(run.status, run.stderr).toBe(0);
    const { tasks: asked } = JSON.parse(run.stdout) as RunSummary;
    // A damaged last line is a torn tail: the damage is to be before it.
    expect(at.command(['answer', asked[0]!, 'labels.csv']).status).toBe(0);
    const journal = path.join(at.root, '.scanflow/workspace.journal');
    const text = readFileSync(journal);
    text[40] = text[40]! ^ 0xff;
    writeFileSync(journal, text);
    const tasks = at.command(['tasks']);
    expect([1, 3]).toContain(tasks.status);
    expect(tasks.stderr).toMatch(/^error SF5\d{3}/m);
    expect(readFileSync(journal).equals(text)).toBe(true);
  });
});
