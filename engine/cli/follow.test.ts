import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeEngine, fakeStep } from '../host/fake-engine';
import { isProgress, type RunEvent } from '../protocol';
import { followRun } from './follow';

test('each event is seen once and in order, whatever the client missed or heard twice', async () => {
  const plan = fc.array(fc.constantFrom('happen', 'lose', 'twice', 'progress'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plan, fc.nat(40), async (acts, joinsAt) => {
      const engine = fakeEngine();
      const listeners = new Set<(event: RunEvent) => void>();
      let lose = false;
      let twice = false;
      // A connection that now and then drops a notification, or brings it twice.
      engine.onEvent((event) => {
        for (const listener of lose ? [] : listeners) for (let k = 0; k < (twice ? 2 : 1); k++) listener(event);
      });
      const client = {
        ...engine,
        onEvent(listener: (event: RunEvent) => void) {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        },
      };
      const { run } = await engine.run({ file: 'x' });
      const seen: RunEvent[] = [];
      let done: Promise<unknown> | null = null;
      for (const [k, act] of acts.entries()) {
        if (k === joinsAt) done = followRun(client, run, (event) => seen.push(event));
        lose = act === 'lose';
        twice = act === 'twice';
        if (act === 'progress') {
          const step = fakeStep('n', 'running', { progress: { done: k / 40 } });
          for (const listener of listeners) listener({ run, sequence: Math.max(0, k - 1), at: '', type: 'step', step });
        } else engine.happen(run, { type: 'step', step: fakeStep(`n${k}`, 'running') });
        if (k % 3 === 0) await new Promise(setImmediate);
      }
      lose = twice = false;
      done ??= followRun(client, run, (event) => seen.push(event));
      await new Promise(setImmediate);
      engine.settle(run, 'succeeded');
      await done;
      const counted = seen.filter((event) => !isProgress(event)).map(({ sequence }) => sequence);
      expect(counted).toEqual((await engine.follow({ run })).map(({ sequence }) => sequence));
      expect(listeners.size).toBe(0);
    }),
  );
});

test('who goes on from a place sees only what is new', async () => {
  const engine = fakeEngine();
  const { run } = await engine.run({ file: 'x' });
  for (let k = 0; k < 5; k++) engine.happen(run, { type: 'notice', message: String(k) });
  const seen: number[] = [];
  const done = followRun(engine, run, ({ sequence }) => seen.push(sequence), 2);
  await new Promise(setImmediate);
  engine.settle(run, 'waiting');
  expect((await done).state).toBe('waiting');
  expect(seen).toEqual([3, 4, 5]);
});
