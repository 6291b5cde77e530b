import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimes } from './runtimes';
import { type TestWorkspace, workspace } from './workspace';

const graph = `
scanflow: 1
name: odd
executors:
  work:
    image: node:24-slim
    files: [work.mjs]
    command: [node, work.mjs, $(outputs.y)]
    outputs: { y: { type: text, path: y } }
    secrets: [API_KEY]
nodes: { a: { executor: work } }
`;

const start = `
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
const { SCANFLOW_PROGRESS: progress, SCANFLOW_SECRETS: secrets, SCANFLOW_TASK: task } = process.env;
const pause = (milliseconds = 700) => new Promise((done) => setTimeout(done, milliseconds));
const tell = () => writeFileSync(progress, JSON.stringify({ done: 0.5, message: 'half' }) + '\\n');
writeFileSync(process.argv[2], 'done');
`;

/** Its attempt's folder. */
const folderOf = (place: TestWorkspace, run: string) =>
  path.join(
    place.root,
    '.scanflow',
    'runs',
    run,
    'steps',
    readdirSync(path.join(place.root, '.scanflow', 'runs', run, 'steps'))[0]!,
    '1',
  );

beforeEach(() => {
  process.env.SCANFLOW_SECRET_API_KEY = 'correct-horse-battery-staple';
});
afterEach(() => {
  delete process.env.SCANFLOW_SECRET_API_KEY;
});

describe.each(runtimes)('a node in $name that leaves in its folder', ({ name, ready }) => {
  it.for([
    ['a pipe for its progress', "execFileSync('mkfifo', [progress]); await pause(4000);"],
    ['a pipe among its secrets', "execFileSync('mkfifo', [secrets + '/x']); tell(); await pause();"],
    [
      'a pipe for a secret',
      "rmSync(secrets + '/API_KEY'); execFileSync('mkfifo', [secrets + '/API_KEY']); tell(); await pause();",
    ],
    ['a folder among its secrets', "mkdirSync(secrets + '/x/y', { recursive: true }); tell(); await pause();"],
    [
      'a folder of secrets that is closed',
      "mkdirSync(secrets + '/x'); chmodSync(secrets, 0o500); tell(); await pause();",
    ],
    ['a folder for its progress', 'mkdirSync(progress);'],
  ])('%s ends well, and leaves no secret', async ([, work], context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const place = workspace({ 'odd.scanflow': graph, 'work.mjs': start + work });
    const run = await place.run({ file: 'odd.scanflow', runtime: name });
    expect([run.fault, run.state]).toEqual([null, 'succeeded']);
    const folder = folderOf(place, run.run);
    expect([existsSync(path.join(folder, 'secrets')), existsSync(path.join(folder, 'progress'))]).toEqual([
      false,
      false,
    ]);
  });

  it('a link in place of its secrets loses nothing that the link leads to', async (context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const work = 'rmSync(secrets, { recursive: true }); symlinkSync(process.argv[3], secrets); tell(); await pause();';
    const place = workspace({ 'work.mjs': start + work, 'host/API_KEY': 'mine' });
    place.write({ 'odd.scanflow': graph.replace('$(outputs.y)]', `$(outputs.y), "${place.root}/host"]`) });
    const run = await place.run({ file: 'odd.scanflow', runtime: name });
    expect([run.fault, run.state]).toEqual([null, 'succeeded']);
    expect(existsSync(path.join(place.root, 'host', 'API_KEY'))).toBe(true);
    expect(existsSync(path.join(folderOf(place, run.run), 'secrets'))).toBe(false);
  });

  it.for([
    ['a pipe for a question', "execFileSync('mkfifo', [task]);"],
    ['a link for a question', "symlinkSync('/etc/passwd', task);"],
  ])('%s fails', async ([, work], context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const place = workspace({ 'odd.scanflow': graph, 'work.mjs': start + work });
    const run = await place.run({ file: 'odd.scanflow', runtime: name });
    expect(run.nodes[0]).toMatchObject({
      state: 'failed',
      fault: { code: 'SF6020', message: expect.stringContaining('no file that can be read') },
    });
    expect(existsSync(path.join(folderOf(place, run.run), 'secrets'))).toBe(false);
  });

  it.for([
    ['without its output', graph, 'rmSync(process.argv[2]);', 'SF3040'],
    ['that cannot begin', graph.replace('[node, work.mjs, ', '[no-such-program, '), '', 'SF4004'],
  ] as const)('%s fails, and leaves no secret', async ([, text, work, code], context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const place = workspace({ 'odd.scanflow': text, 'work.mjs': start + work });
    const run = await place.run({ file: 'odd.scanflow', runtime: name });
    expect(run.nodes[0]).toMatchObject({ state: 'failed', fault: { code } });
    const rows = await (await place.engine()).query({});
    expect(rows.map(({ status }) => status)).toEqual(['FAILED']);
    expect(existsSync(path.join(folderOf(place, run.run), 'secrets'))).toBe(false);
  });
});
