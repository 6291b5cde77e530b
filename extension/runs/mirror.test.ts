import { afterEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import type { RunEvent, RunState } from '../../engine/protocol';
import { EventEmitter, folderAt, silent } from './fake-vscode';
import { Mirror } from './mirror';

let mirror: Mirror;
afterEach(() => mirror.dispose());

/** A mirror of an engine with one run; `driven`: the engine is at it. */
function world(state: RunState, driven: boolean) {
  const health = new EventEmitter<{ state: string }>();
  const events = new EventEmitter<Partial<RunEvent>>();
  const asked: string[] = [];
  const run = { state, driven, end: () => {} };
  const watches: object[] = [];
  const endedWatches: object[] = [];
  const ended = () => new Promise<void>((resolve) => Object.assign(run, { end: resolve }));
  const summary = () => ({ run: 'r', file: 'f', workflow: 'w', state: run.state, nodes: [], tasks: [] });
  const link = {
    losses: 0,
    health: { state: 'ready' },
    folder: folderAt('/w'),
    onDidChangeHealth: health.event,
    onEvent: events.event,
    onStore: new EventEmitter<void>().event,
    dispose() {},
    wake: async (start: boolean) => void asked.push(`wake ${start}`),
    ask: async (name: string) => {
      asked.push(name);
      if (name === 'runs') return [summary()];
      if (name === 'watches') return structuredClone(watches);
      if (name === 'endedWatches') return structuredClone(endedWatches);
      if (name === 'settled' && run.state === 'running' && run.driven) await ended();
      return name === 'show' || name === 'settled' ? summary() : [];
    },
  };
  const become = (state: string) => {
    link.health = { state };
    health.fire(link.health);
  };
  mirror = new Mirror(link as never, silent);
  const count = (name: string) => asked.filter((one) => one === name).length;
  return { run, health, become, events, watches, endedWatches, count };
}

/** Longer than what is put off. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 300));

test('a run that goes on after an answer is waited for anew, and until then it is not asked for', async () => {
  const { run, count } = world('waiting', false);
  await mirror.refresh();
  await quiet();
  expect(count('settled')).toBe(0);
  expect(count('follow')).toBe(1);
  for (const before of [0, 1]) {
    Object.assign(run, { state: 'running', driven: true });
    await mirror.refresh();
    await quiet();
    expect(count('settled')).toBe(before + 1);
    run.state = 'waiting';
    run.end();
    await quiet();
  }
  expect(mirror.rows[0]!.state).toBe('waiting');
  expect(count('follow')).toBe(1);
});

test('where the engine is lost, a run that was under way is asked for again; one that waits is not', async () => {
  const { run, health, become, count } = world('running', true);
  await mirror.refresh();
  const before = count('runs');
  // Not by a request: that would start an engine, too, where the store was deleted.
  health.fire({ state: 'lost' });
  expect(count('wake true')).toBe(1);
  await quiet();
  expect(count('runs')).toBe(before);
  become('ready');
  await vi.waitFor(() => expect(count('runs')).toBe(before + 1));
  run.state = 'waiting';
  run.end();
  await quiet();
  const then = count('runs');
  health.fire({ state: 'lost' });
  await quiet();
  expect([count('runs'), count('wake true')]).toEqual([then, 1]);
});

test.each(['an event', 'its row'])(
  'a run is no longer called interrupted once %s says that it goes on',
  async (which) => {
    const { run, events, count } = world('running', false);
    await mirror.refresh();
    await quiet();
    expect(mirror.interrupted('r')).toBe(true);
    const before = count('settled');
    run.driven = true;
    if (which === 'an event') {
      events.fire({ run: 'r', type: 'step', step: { name: 'n@p', state: 'running', endedAt: null } as never });
      await quiet();
      expect(count('settled')).toBe(before + 1);
    } else {
      run.state = 'succeeded';
      await mirror.refresh();
    }
    expect(mirror.interrupted('r')).toBe(false);
  },
);

test('a run that failed and is resumed elsewhere is followed anew', async () => {
  const { run, count } = world('running', true);
  await mirror.refresh();
  run.state = 'failed';
  run.end();
  await quiet();
  Object.assign(run, { state: 'running' });
  await mirror.refresh();
  expect(count('follow')).toBe(2);
});

test('what a watch cannot see is heard of later, too, whoever arms it, while an engine is there', async () => {
  vi.useFakeTimers();
  try {
    const { become, watches, count } = world('succeeded', false);
    await mirror.refresh();
    let changes = 0;
    mirror.onDidChange(() => changes++);
    const source = { name: 'incoming', fault: null as object | null };
    // By a command: it begins no run, so that nothing tells of it.
    watches.push({ file: 'f', workflow: 'w', fault: null, sources: [source] });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(changes).toBe(1);
    source.fault = { message: 'Source incoming cannot be read.' };
    await vi.advanceTimersByTimeAsync(30_000);
    expect([changes, mirror.watches[0]!.sources[0]!.fault]).toEqual([2, source.fault]);
    become('lost');
    const before = count('watches');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count('watches')).toBe(before);
    become('ready');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(count('watches')).toBeGreaterThan(before + 1);
    expect(mirror.watches).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test('with the engine goes what it watched, which is known to have ended; the one that comes after it is asked', async () => {
  vi.useFakeTimers();
  try {
    const { become, watches, endedWatches, count } = world('succeeded', false);
    const watch = { file: 'f', workflow: 'w', since: 's', fault: { message: 'It cannot be run.' }, sources: [] };
    watches.push({ ...watch, parameters: { a: 1 }, runs: 3 });
    await mirror.refresh();
    expect([mirror.watches.length, mirror.endedWatches.length]).toEqual([1, 0]);
    let changes = 0;
    mirror.onDidChange(() => changes++);
    // It is killed: nothing is watched, whatever the next engine says, if one starts at all.
    become('lost');
    const ended = { file: 'f', workflow: 'w', since: 's', ended: expect.any(String), parameters: { a: 1 } };
    expect([mirror.watches, mirror.endedWatches, changes]).toEqual([[], [ended], 1]);
    watches.length = 0;
    endedWatches.push({ ...watch, ended: 'by the engine' });
    expect(count('wake true')).toBe(1);
    become('ready');
    await vi.advanceTimersByTimeAsync(0);
    expect(mirror.endedWatches).toMatchObject([{ ended: 'by the engine' }]);
    // Another client watches it again.
    endedWatches.length = 0;
    watches.push({ ...watch, since: 'later' });
    await vi.advanceTimersByTimeAsync(30_000);
    expect([mirror.watches.length, mirror.endedWatches.length]).toEqual([1, 0]);
  } finally {
    vi.useRealTimers();
  }
});

test('an engine that this window leaves goes on with what it watches', async () => {
  const { become, watches } = world('succeeded', false);
  watches.push({ file: 'f', workflow: 'w', fault: null, sources: [] });
  await mirror.refresh();
  become('off');
  expect([mirror.watches, mirror.endedWatches]).toEqual([[], []]);
});
