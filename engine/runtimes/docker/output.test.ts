import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { Container } from 'dockerode';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LogCopy } from './log-copy';
import { Output } from './output';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'scanflow-output-'));
  await mkdir(path.join(directory, 'runtime'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(directory, { recursive: true, force: true });
});

const never = new Promise<never>(() => {});
/** A stream as the daemon sends it: eight bytes before each piece. */
const frame = (text: string) => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);
const containerWith = (logs: () => Promise<unknown>) => ({ logs }) as unknown as Container;

/** Milliseconds of true time in which files are written between two steps of the time that passes here. */
const WRITING = 20;
const { setTimeout: trueTimeout } = globalThis;

/** Lets time pass until it is done. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  for (let step = 0; !over && step < 500; step++) {
    await vi.advanceTimersByTimeAsync(250);
    await new Promise((resolve) => trueTimeout(resolve, WRITING));
  }
  expect(over).toBe(true);
  return work;
}

it('writes the output again where its stream has died without a word', async () => {
  const stop = vi.fn();
  const dead: LogCopy = { ended: never, endedAt: null, heardAt: performance.now(), stop };
  const logs = async () => new PassThrough().end(frame('all of it\n'));
  await inTime(new Output(containerWith(logs), directory, dead).finish(false));
  expect(stop).toHaveBeenCalled();
  expect(await readFile(path.join(directory, 'log'), 'utf8')).toBe('all of it\n');
});

it('waits for a stream that goes on', async () => {
  const stop = vi.fn();
  let end = (_whole: boolean) => {};
  const ended = new Promise<boolean>((resolve) => {
    end = resolve;
  });
  const slow: LogCopy = { ended, endedAt: null, heardAt: performance.now(), stop };
  for (let second = 1; second < 60; second++)
    setTimeout(() => {
      slow.heardAt = performance.now();
      if (second === 59) end(true);
    }, second * 1000);
  const logs = vi.fn();
  await inTime(new Output(containerWith(logs), directory, slow).finish(false));
  expect(logs).not.toHaveBeenCalled();
  expect(stop).not.toHaveBeenCalled();
});

it.each([
  ['says nothing', async () => new PassThrough()],
  ['never comes', () => never],
])('comes to an end though what is written again %s', async (_, logs) => {
  await inTime(new Output(containerWith(logs), directory, null).finish(true));
});
