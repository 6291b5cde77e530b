import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { acquireLock, type Lock } from './lock';

/** Told `take` it tries, and says `mine` or who has it; told `drop` it releases. */
const PROGRAM = `
import { createInterface } from 'node:readline';
import { acquireLock } from './lock';
let lock;
createInterface(process.stdin).on('line', async (line) => {
  if (line === 'take') {
    const got = await acquireLock(process.argv[2]);
    if ('release' in got) lock = got;
    console.log(JSON.stringify('release' in got ? 'mine' : got));
  } else {
    await lock?.release();
    lock = undefined;
    console.log('"dropped"');
  }
});
`;

let scripts: string;
beforeAll(async () => {
  scripts = await fs.mkdtemp(path.join(os.tmpdir(), 'lock-'));
  await build({
    stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
    outfile: path.join(scripts, 'holder.cjs'),
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
});
afterAll(() => fs.rm(scripts, { recursive: true }));

interface Holder {
  process: ChildProcess;
  stderr: string[];
  say(line: 'take' | 'drop'): Promise<unknown>;
}

async function folder(): Promise<string> {
  const made = await fs.mkdtemp(path.join(os.tmpdir(), 'lock-'));
  onTestFinished(() => fs.rm(made, { recursive: true }));
  return made;
}

function holder(workspace: string): Holder {
  const child = spawn(process.execPath, [path.join(scripts, 'holder.cjs'), workspace], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const answers: ((answer: unknown) => void)[] = [];
  createInterface(child.stdout).on('line', (line) => answers.shift()?.(JSON.parse(line)));
  const stderr: string[] = [];
  child.stderr.on('data', (data: Buffer) => stderr.push(data.toString()));
  return {
    process: child,
    stderr,
    say(line) {
      return new Promise((resolve) => {
        answers.push(resolve);
        child.stdin.write(`${line}\n`);
      });
    },
  };
}

test('of twenty processes that try at once exactly one gets it, a hundred times', async () => {
  const workspace = await folder();
  const holders = Array.from({ length: 20 }, () => holder(workspace));
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(holders.map((one) => one.say('take')));
    const owners = holders.filter((_, i) => answers[i] === 'mine');
    expect(owners).toHaveLength(1);
    const pids = answers.filter((answer) => answer !== 'mine').map((answer) => (answer as Answer).heldBy?.pid);
    // Who is refused before the owner has written his note does not know who it is.
    expect(new Set(pids.filter((pid) => pid !== undefined)).size).toBeLessThanOrEqual(1);
    await owners[0]!.say('drop');
  }
  expect(holders.flatMap((one) => one.stderr)).toEqual([]);
});

interface Answer {
  heldBy: { pid: number; since: string } | null;
}

test('a killed owner holds nothing, and a live one is named', async () => {
  const workspace = await folder();
  const [first, second] = [holder(workspace), holder(workspace)];
  expect(await first.say('take')).toBe('mine');
  expect(await second.say('take')).toMatchObject({ heldBy: { pid: first.process.pid } });
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  expect(await second.say('take')).toBe('mine');
});

test('a stopped owner still has it: only death lets go', async () => {
  const workspace = await folder();
  const [first, second] = [holder(workspace), holder(workspace)];
  expect(await first.say('take')).toBe('mine');
  first.process.kill('SIGSTOP');
  expect(await second.say('take')).toMatchObject({ heldBy: { pid: first.process.pid } });
  first.process.kill('SIGCONT');
});

test('a note of a dead owner, or of a process with the same id, fools nobody', async () => {
  const workspace = await folder();
  const note = { pid: process.pid, since: new Date().toISOString() };
  await fs.writeFile(path.join(workspace, 'lock.owner'), JSON.stringify(note));
  const lock = await acquireLock(workspace);
  expect(lock).toHaveProperty('release');
  await (lock as Lock).release();
});

test('it is for one holder in a process, too, and can be had again', async () => {
  const workspace = await folder();
  const lock = (await acquireLock(workspace)) as Lock;
  expect(await acquireLock(workspace)).toMatchObject({ heldBy: { pid: process.pid } });
  await lock.release();
  await lock.release();
  const again = await acquireLock(workspace);
  expect(again).toHaveProperty('release');
  await (again as Lock).release();
});

test('a damaged note is no owner’s name', async () => {
  const workspace = await folder();
  const lock = (await acquireLock(workspace)) as Lock;
  await fs.writeFile(path.join(workspace, 'lock.owner'), '{"pid":');
  expect(await acquireLock(workspace)).toEqual({ heldBy: null });
  await lock.release();
});

test('a folder that can’t be made is a fault with its path', async () => {
  const workspace = await folder();
  await fs.writeFile(path.join(workspace, 'file'), '');
  await expect(acquireLock(path.join(workspace, 'file', 'store'))).rejects.toThrow('file');
});

test.each(['EACCES', 'EROFS'])('a store that may not be written (%s) says how to look at it', async (code) => {
  const workspace = await folder();
  const refused = vi.spyOn(fs, 'writeFile').mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  await expect(acquireLock(workspace)).rejects.toMatchObject({
    fault: { code: 'SF5009', remedy: expect.stringContaining(`cp -r ${path.basename(workspace)} COPY/`) },
  });
  refused.mockRestore();
});

test('a note that can’t be written is a fault, and the lock is free', async () => {
  const workspace = await folder();
  const note = path.join(workspace, 'lock.owner');
  await fs.mkdir(note);
  await expect(acquireLock(workspace)).rejects.toMatchObject({ fault: { code: 'SF5004' } });
  await fs.rmdir(note);
  const lock = await acquireLock(workspace);
  expect(lock).toHaveProperty('release');
  await (lock as Lock).release();
});
