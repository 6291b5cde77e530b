import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimes } from '../engine/runtimes';

const scanflow = path.resolve('dist/scanflow.js');
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-bad-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const node = (command: string, rest = '') => `
scanflow: 1
name: bad
executors:
  work:
    image: node:24-slim
    command: ${command}
    outputs: { y: { type: text, path: y } }
${rest}nodes: { a: { executor: work } }
`;

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
}

function command(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [scanflow, ...args, '--workspace', root], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
}

/** Processes that still speak of this workspace. */
function leftProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root);
      } catch {
        return false;
      }
    });
}

const edges = (lines: string) => `
scanflow: 1
name: bad
labels: { nodes: [work], edges: [training] }
executors:
  e:
    command: [node, -e, ""]
    inputs: { x: { type: text, optional: true } }
    outputs: { y: { type: text, path: y } }
nodes: { a: { executor: e }, b: { executor: e } }
edges:
${lines}
`;

describe('a file that is wrong', () => {
  it.each([
    ['an unknown key', 'scanflow: 1\nname: x\nnods: {}\n', /nods/],
    ['a label outside the alphabet', edges('  - a.y -> b.x [serving]'), /serving/],
    ['a wrong type', 'scanflow: 1\nname: x\nnodes: [a]\n', /nodes/],
    ['a missing port', edges('  - a.z -> b.x [training]'), /z/],
    ['a missing node', edges('  - a.y -> c.x [training]'), /c/],
    [
      'a duplicate name',
      'scanflow: 1\nname: x\nnodes: { a: { uses: scanflow/tracker }, a: { uses: scanflow/tracker } }\n',
      /a/,
    ],
    ['a cycle, named', edges('  - a.y -> b.x [training]\n  - b.y -> a.x [training]'), /a.*b.*a|b.*a.*b/],
    ['not YAML', 'scanflow: 1\nname: x\nnodes: {\n', /./],
    ['nothing', '', /./],
  ])('%s: exit code 2, each problem with a code, a place and a remedy', (_name, text, names) => {
    write({ 'bad.scanflow': text });
    const validated = command(['validate', 'bad.scanflow', '--json']);
    const { problems } = JSON.parse(validated.stdout) as {
      problems: { code: string; message: string; remedy: string }[];
    };
    expect(problems).toHaveLength(1);
    expect(problems[0]!.code).toMatch(/^SF[12]\d{3}$/);
    expect(problems[0]!.message).toMatch(names);
    expect(problems[0]!.remedy.length).toBeGreaterThan(5);
    const run = command(['run', 'bad.scanflow']);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(problems[0]!.code);
    expect(run.stdout).toBe('');
  });
});

describe.each(runtimes)('a node that goes wrong in $name', ({ name, ready }) => {
  it.for([
    ['exits with 3', node('[node, -e, "process.exit(3)"]'), 1, 'SF3050', 'failed'],
    ['is killed', node('[node, -e, "process.kill(process.pid, \'SIGKILL\')"]'), 1, 'SF3050', 'failed'],
    ['writes none of its outputs', node('[node, -e, ""]'), 1, 'SF3040', 'failed'],
    [
      'takes too long',
      node('[node, -e, "setTimeout(() => {}, 60000)"]', '    timeout: 1s\n'),
      1,
      'SF3051',
      'timed-out',
    ],
    ['has a command that does not exist', node('[no-such-program]'), 1, 'SF4004', 'failed'],
  ] as const)('and %s', async ([_what, text, status, code, state], context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    write({ 'bad.scanflow': text });
    const run = command(['run', 'bad.scanflow', '--runtime', name, '--json']);
    expect(run.status, run.stderr).toBe(status);
    const summary = JSON.parse(run.stdout);
    expect(summary.state).toBe('failed');
    expect(summary.nodes[0]).toMatchObject({ state, fault: { code } });
    expect(summary.nodes[0].fault.remedy.length).toBeGreaterThan(5);
    expect(leftProcesses()).toEqual([]);
  });
});

describe('an environment that is not able', () => {
  it('Docker is absent: exit code 3 and what to do', () => {
    write({ 'bad.scanflow': node('[node, -e, ""]') });
    const run = command(['run', 'bad.scanflow', '--runtime', 'docker'], {
      DOCKER_HOST: `unix://${root}/no.sock`,
      SCANFLOW_SETTINGS: path.join(root, 'none.json'),
    });
    expect(run.status, run.stderr).toBe(3);
    expect(run.stderr).toMatch(/SF4001/);
    expect(run.stderr).toMatch(/--runtime process/);
  });

  it('the image does not exist: the node fails and says which', async (context) => {
    const reason = await runtimes[1]!.ready();
    if (reason) return context.skip(reason);
    write({ 'bad.scanflow': node('[node, -e, ""]').replace('node:24-slim', 'scanflow/no-such-image:1') });
    const run = command(['run', 'bad.scanflow', '--runtime', 'docker']);
    expect(run.status, run.stderr).not.toBe(0);
    expect(run.stderr).toContain('scanflow/no-such-image:1');
  });

  it('a second engine on the workspace: joined or refused, never a second writer', async () => {
    write({ 'bad.scanflow': node('[node, -e, "setTimeout(() => {}, 3000)"]') });
    const first = spawn(
      process.execPath,
      [scanflow, 'run', 'bad.scanflow', '--runtime', 'process', '--workspace', root],
      {
        cwd: root,
        stdio: 'ignore',
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const second = command(['runs', '--json']);
    expect(second.status, second.stderr).toBe(0);
    expect(second.stdout).toContain('running');
    await new Promise((resolve) => first.on('exit', resolve));
  });

  it('a damaged journal: said, and the other runs are still there', () => {
    write({ 'good.scanflow': node("[node, -e, \"require('fs').writeFileSync(process.argv[1], 'y')\", $(outputs.y)]") });
    const one = JSON.parse(command(['run', 'good.scanflow', '--runtime', 'process', '--json']).stdout).run as string;
    const two = JSON.parse(command(['run', 'good.scanflow', '--runtime', 'process', '--json']).stdout).run as string;
    const journal = path.join(root, '.scanflow/runs', one, 'journal');
    const text = readFileSync(journal);
    text[200] = text[200]! ^ 0xff;
    writeFileSync(journal, text);
    const shown = command(['show', one]);
    expect(shown.status).not.toBe(0);
    expect(shown.stderr).toMatch(/SF[35]\d{3}/);
    expect(command(['show', two]).status).toBe(0);
    // A torn tail, as a power cut leaves it, is cut off and nothing else.
    appendFileSync(path.join(root, '.scanflow/runs', two, 'journal'), 'half a rec');
    expect(command(['show', two]).status).toBe(0);
  });
});

describe('a full disk', () => {
  it('is said, and the run goes on when there is space', (context) => {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'scanflow-test', root]);
    if (mounted.status !== 0) return context.skip(`a small disk cannot be mounted: ${mounted.stderr}`);
    try {
      write({
        'bad.scanflow': node(
          '[node, -e, "require(\'fs\').writeFileSync(process.argv[1], Buffer.alloc(1500000, 7))", $(outputs.y)]',
        ),
      });
      const run = command(['run', 'bad.scanflow', '--runtime', 'process']);
      expect([1, 3]).toContain(run.status);
      expect(run.stderr + run.stdout).toMatch(/SF5\d{3}/);
      expect(run.stderr + run.stdout).toMatch(/space|disk/i);
      spawnSync('mount', ['-o', 'remount,size=60m', root]);
      const [name] = readdirSync(path.join(root, '.scanflow/runs'));
      const resumed = command(['resume', name!, '--json']);
      expect(resumed.status, resumed.stderr).toBe(0);
      expect(JSON.parse(resumed.stdout).state).toBe('succeeded');
    } finally {
      spawnSync('umount', ['-l', root]);
    }
  });
});

describe('Ctrl-C', () => {
  it('cancels the run, stops its nodes, exits with 130', async () => {
    write({ 'bad.scanflow': node('[node, -e, "setTimeout(() => {}, 60000)"]') });
    const child = spawn(
      process.execPath,
      [scanflow, 'run', 'bad.scanflow', '--runtime', 'process', '--json', '--workspace', root],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        if (text.toString().includes('running')) resolve();
      });
    });
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(130);
    const [row] = JSON.parse(command(['runs', '--json']).stdout).runs ?? JSON.parse(command(['runs', '--json']).stdout);
    expect(row.state).toBe('cancelled');
    expect(leftProcesses()).toEqual([]);
  });
});
