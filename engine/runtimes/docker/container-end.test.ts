import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { describe, expect, it, vi } from 'vitest';
import type { AttemptSpec } from '../runtime';
import { awaitContainer, refuseUnstarted, toExit } from './container-end';
import { Footprint } from './footprint';

// Nobody waits here for what takes its time: pauses are a hundred times shorter.
vi.mock('node:timers/promises', async (original) => {
  const { setTimeout } = await original<typeof import('node:timers/promises')>();
  return { setTimeout: (pause: number, ...rest: unknown[]) => setTimeout(pause / 100, ...rest) };
});

const exitOf = (StartedAt: string, FinishedAt: string) =>
  toExit(
    { State: { ExitCode: 0, OOMKilled: false, StartedAt, FinishedAt } } as Parameters<typeof toExit>[0],
    { cpuSeconds: null, memoryPeak: null } as Parameters<typeof toExit>[1],
  );

it.each([
  ['as the daemon tells it', '2026-01-01T00:00:01.250999Z', '2026-01-01T00:00:03.000001Z', '01.250', '03.000'],
  ['never after the end', '2026-01-01T00:00:01.002000Z', '2026-01-01T00:00:01.001999Z', '01.001', '01.001'],
])('tells the start %s', (_, started, finished, start, end) => {
  expect(exitOf(started, finished)).toMatchObject({
    startedAt: `2026-01-01T00:00:${start}Z`,
    endedAt: `2026-01-01T00:00:${end}Z`,
  });
});

const over = { Running: false, Status: 'exited', OOMKilled: false, ExitCode: 0, FinishedAt: '2026-01-01T00:00:03Z' };
const running = { ...over, Running: true, Status: 'running' };
const refusal = (statusCode: number) => Object.assign(new Error('refused'), { statusCode });

/** A container whose looks come one after the other, an error for one that breaks; it never speaks by itself. */
function containerThat(...looks: (object | Error)[]) {
  const inspect = async () => {
    const look = looks.length > 1 ? looks.shift() : looks[0];
    if (look instanceof Error) throw look;
    return { State: look };
  };
  return { inspect, wait: () => new Promise(() => {}) } as unknown as Container;
}

/** A daemon that answers, and stays. */
const daemon = { ping: async () => 'OK', getEvents: async () => new PassThrough() } as unknown as Docker;
const end = (container: Container, look = async () => {}) =>
  awaitContainer(daemon, container, 'a node', () => false, look);

it.each([404, 409, 500])(
  'takes the state of a container from itself, though its statistics fail with %i',
  async (status) => {
    const container = containerThat(running, over);
    container.stats = () => Promise.reject<never>(refusal(status));
    const footprint = new Footprint();
    expect(await end(container, () => footprint.look(container))).toMatchObject({ info: { State: over }, cut: false });
    expect(footprint).toEqual({ cpuSeconds: null, memoryPeak: null });
  },
);

it('hears of a connection that breaks while the statistics are asked for', async () => {
  const container = containerThat(running, over);
  container.stats = () => Promise.reject<never>(new Error('socket hang up'));
  const footprint = new Footprint();
  expect(await end(container, () => footprint.look(container))).toMatchObject({ info: { State: over }, cut: true });
});

describe('an end with 255 after the connection was cut', () => {
  const cut = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  const ended = () => ({ ...over, ExitCode: 255, FinishedAt: new Date().toISOString() });

  it('is the program’s own where it ran when the daemon was back', async () => {
    const state = ended();
    expect(await end(containerThat(cut, running, state))).toMatchObject({ info: { State: state }, cut: true });
  });

  it('is the daemon’s where it did not', async () => {
    await expect(end(containerThat(cut, ended()))).rejects.toMatchObject({ fault: { code: 'SF4007' } });
  });
});

it('takes a program without a log for one that was started', async () => {
  const attempt = { directory: '/nowhere/at/all', command: ['x'], step: 's' } as unknown as AttemptSpec;
  for (const status of [1, 126, 127]) await expect(refuseUnstarted(attempt, status)).resolves.toBeUndefined();
});
