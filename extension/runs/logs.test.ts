import { afterEach, beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import { fakeStep } from '../../engine/host/fake-engine';
import type { RunState, StepState } from '../../engine/protocol';
import { Uri } from './fake-vscode';
import { LogDocuments } from './logs';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How often a log that was opened asks to be read again in three seconds. */
async function looksAt(node: string | undefined, state: RunState, step: StepState, interrupted = false) {
  const ended = step === 'succeeded';
  const summary = { state, nodes: [fakeStep('n@p', step, { endedAt: ended ? 'x' : null })] };
  const mirror = {
    known: () => summary,
    summary: async () => summary,
    interrupted: () => interrupted,
    link: { ask: async () => [{ node: 'n@p', attempt: 1, text: 'x' }] },
  };
  const documents = new LogDocuments({ byKey: () => mirror } as never);
  let looks = 0;
  documents.onDidChange(() => {
    looks += 1;
  });
  const query = JSON.stringify({ key: 'k', run: 'r', node });
  await documents.provideTextDocumentContent(Uri.from({ scheme: 'scanflow-log', path: '/x', query }) as never);
  await vi.advanceTimersByTimeAsync(3_000);
  documents.dispose();
  return looks;
}

test.each([
  ['n@p', 'running', 'queued', 3],
  ['n@p', 'running', 'pending', 3],
  ['n@p', 'running', 'running', 3],
  ['n@p', 'running', 'succeeded', 0],
  ['n@p', 'cancelled', 'queued', 0],
  [undefined, 'running', 'succeeded', 3],
  [undefined, 'succeeded', 'succeeded', 0],
] as const)('the log of %s grows while the run is %s and the step %s: %i looks', async (node, run, step, looks) => {
  expect(await looksAt(node, run, step)).toBe(looks);
});

test('the log of a run that nobody drives does not grow', async () => {
  expect(await looksAt(undefined, 'running', 'running', true)).toBe(0);
});
