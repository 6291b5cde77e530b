import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SETTLED_ILL, SETTLED_WELL, type StepState } from '../protocol';
import type { RunEntry } from './entries';
import { fakeHeader, fakeStep } from './fixtures';
import { applyEntry, foldRun, newRun } from './run-state';
import { mayMove, STEP_MOVES } from './transitions';

const states = Object.keys(STEP_MOVES) as StepState[];

describe('the table of states', () => {
  it('ends in success for good', () => {
    for (const state of SETTLED_WELL) expect(STEP_MOVES[state]).toEqual([]);
  });

  it('lets every failure be taken up again', () => {
    for (const state of SETTLED_ILL) expect(mayMove(state, 'pending')).toBe(true);
  });

  it('lets a person cancel whatever has not ended', () => {
    const live = states.filter((state) => !SETTLED_WELL.includes(state) && !SETTLED_ILL.includes(state));
    for (const state of live) expect(mayMove(state, 'cancelled'), state).toBe(true);
  });

  it('refuses every move that is not in it, and folds every journal that keeps to it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...states), { maxLength: 30 }), (moves) => {
        const plan = { steps: [fakeStep('a@x')], supplies: [] };
        const created = { type: 'created' as const, at: '2026-01-01T00:00:00Z', ...fakeHeader(), ...plan };
        const run = newRun(created);
        const kept: RunEntry[] = [created];
        for (const to of moves) {
          const record = run.steps.get('a@x')!;
          const entry = { type: 'moved' as const, at: created.at, step: 'a@x', to };
          if (mayMove(record.state, to)) {
            applyEntry(run, entry);
            kept.push(entry);
            expect(record.state).toBe(to);
          } else {
            const before = record.state;
            expect(() => applyEntry(run, entry)).toThrow();
            expect(record.state).toBe(before);
          }
        }
        expect(foldRun(kept)!.steps.get('a@x')!.state).toBe(run.steps.get('a@x')!.state);
      }),
    );
  });
});
