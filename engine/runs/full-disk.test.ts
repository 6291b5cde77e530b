import type { statfs } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fault } from '../protocol';
import type { Ill } from './exit';
import { onFullDisk } from './full-disk';

const spec = { directory: '/disk/attempt', step: 'w@any', number: 1, run: 'r1' };
const disk = (found: object) => (async () => ({ bsize: 4096, ...found })) as unknown as typeof statfs;
const full = disk({ blocks: 3000, bfree: 2, bavail: 2 });
const lost: Ill = { state: 'lost', fault: fault('SF4007', 'failed', 'Nobody knows.', 'Retry.').fault };
const failed: Ill = { state: 'failed', fault: fault('SF3050', 'failed', 'It exited with 1.', 'Read its log.').fault };

test('an end that nobody could record is the disk’s fault, and is not tried again', async () => {
  expect(await onFullDisk(lost, spec, full)).toMatchObject({
    state: 'failed',
    final: true,
    fault: {
      code: 'SF4026',
      message: expect.stringContaining('/disk/attempt'),
      remedy: expect.stringMatching(/^Free/),
    },
  });
});

test('a program that failed on a full disk keeps its words, and is told where there is no room', async () => {
  expect(await onFullDisk(failed, spec, full)).toMatchObject({
    state: 'failed',
    fault: { code: 'SF3050', message: 'It exited with 1.', remedy: expect.stringContaining('The disk is full') },
  });
});

test.each([lost, failed])(
  'what frees space is said so that it does: an attempt of this run goes only when it is over',
  async (ill) => {
    const { fault: said } = await onFullDisk(ill, spec, full);
    expect(said?.remedy).toMatch(/`scanflow gc` .*other runs.*`scanflow cancel r1`.*`scanflow resume r1`/);
  },
);

test.each([
  ['with room', disk({ blocks: 3000, bfree: 2000, bavail: 2000 })],
  ['without numbers', disk({ blocks: 0, bfree: 0, bavail: 0 })],
  ['that does not tell', (() => Promise.reject(new Error('ENOSYS'))) as unknown as typeof statfs],
])('a disk %s is not blamed', async (_, look) => {
  expect(await onFullDisk(lost, spec, look)).toBe(lost);
});

test('nor for an end that has another cause', async () => {
  const stopped: Ill = { state: 'timed-out', fault: lost.fault };
  expect(await onFullDisk(stopped, spec, full)).toBe(stopped);
});
