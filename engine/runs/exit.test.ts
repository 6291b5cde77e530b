import { expect, test } from 'vitest';
import type { Exit } from '../runtimes/runtime';
import { stateOfExit } from './exit';

const how = (exit: Partial<Exit>, why = {}) =>
  stateOfExit({ code: 0, signal: null, outOfMemory: false, ...exit } as Exit, {
    cancelled: false,
    timedOut: false,
    timeout: 1,
    words: null,
    origins: '',
    ...why,
  })?.state ?? 'well';

test('what a program said last is a sentence before the remedy', () => {
  const bad = { code: 1, signal: null, outOfMemory: false } as Exit;
  const told = (words: string | null) => stateOfExit(bad, { ...why, words, origins: '' })?.fault?.message;
  const why = { cancelled: false, timedOut: false, timeout: null };
  expect(told('ZeroDivisionError: division by zero')).toBe(
    'The node exited with 1: ZeroDivisionError: division by zero.',
  );
  expect(told('Give up!')).toBe('The node exited with 1: Give up!');
  expect(told(null)).toBe('The node exited with 1.');
  const origins = 'Input data is sources.clean (clean.csv).';
  expect(stateOfExit(bad, { ...why, words: 'Input data is empty.', origins })?.fault?.message).toBe(
    `The node exited with 1: Input data is empty. ${origins}`,
  );
});

test('a script that sets an experiment of its own is told what MLflow does not say', () => {
  const words = `mlflow.exceptions.MlflowException: Cannot start run with ID ${'0'.repeat(32)} because active experiment ID does not match environment run ID. Make sure …`;
  const why = { cancelled: false, timedOut: false, timeout: null, words, origins: '' };
  const exit = { code: 1, signal: null, outOfMemory: false } as Exit;
  expect(stateOfExit(exit, why)?.fault?.remedy).toContain("if 'MLFLOW_RUN_ID' not in os.environ");
});

test.each([
  [{}, {}, 'well'],
  [{ code: 1 }, {}, 'failed'],
  [{ code: null, signal: 'SIGSEGV' }, {}, 'failed'],
  [{ code: null, signal: 'SIGKILL', outOfMemory: true }, {}, 'out-of-memory'],
  // Its program told of a child that was killed.
  [{ code: 1, outOfMemory: true }, {}, 'out-of-memory'],
  // It did without.
  [{ code: 0, outOfMemory: true }, {}, 'well'],
  [{ code: 0, outOfMemory: true }, { timedOut: true }, 'timed-out'],
  [{ code: 0 }, { cancelled: true, timedOut: true }, 'cancelled'],
] as [Partial<Exit>, object, string][])('an end with %j, %j, is %s', (exit, why, state) => {
  expect(how(exit, why)).toBe(state);
});
