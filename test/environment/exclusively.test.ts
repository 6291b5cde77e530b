import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exclusively } from './exclusively';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one in after the other, after a failure, too', async () => {
  const lock = path.join(folder, 'one.lock');
  const steps: string[] = [];
  const visit = (name: string) =>
    exclusively(lock, async () => {
      steps.push(`${name} in`);
      await sleep(20);
      steps.push(`${name} out`);
      if (name === 'a') throw new Error('a fails');
    });
  await Promise.allSettled(['a', 'b', 'c'].map(visit));
  expect(steps.map((step) => step.split(' ')[1])).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  expect(steps.filter((_, index) => index % 2 === 0).sort()).toEqual(['a in', 'b in', 'c in']);
});

it('waits for another process, and not for one that was killed', async () => {
  const lock = path.join(folder, 'one.lock');
  const holder = spawn(process.execPath, [
    '--eval',
    `const { DatabaseSync } = require('node:sqlite');
     new DatabaseSync(${JSON.stringify(`${lock}.db`)}).exec('BEGIN EXCLUSIVE');
     console.log('held');
     setInterval(() => {}, 1000);`,
  ]);
  await once(holder.stdout, 'data');
  let entered = false;
  const visit = exclusively(lock, async () => {
    entered = true;
  });
  await sleep(500);
  expect(entered).toBe(false);
  holder.kill('SIGKILL');
  await visit;
  expect(entered).toBe(true);
});
