import { expect, test, vi } from 'vitest';
import type { Pseudoterminal, TaskProvider } from 'vscode';

vi.mock('vscode', () => import('./fake-vscode'));

import { fakeStep } from '../../engine/host/fake-engine';
import { type CustomExecution, EventEmitter, folderAt, tasks, Uri, workspace } from './fake-vscode';
import { provideTasks } from './task-provider';

const STEPS = [fakeStep('first@p', 'cached', { endedAt: 'x' }), fakeStep('second@p', 'succeeded', { endedAt: 'x' })];

/** A task of a run whose first step ended before anybody followed it. */
async function world(rest: object = {}) {
  const asked: [string, unknown][] = [];
  const events = new EventEmitter<unknown>();
  const mirror = {
    onEvent: events.event,
    refresh: async () => {},
    known: () => ({ nodes: STEPS.slice(0, 1) }),
    start: async (request: unknown) => {
      asked.push(['start', request]);
      return 'r';
    },
    settled: async () => {
      events.fire({ run: 'r', type: 'step', step: STEPS[1] });
      return { run: 'r', workflow: 'w', state: 'succeeded', nodes: STEPS };
    },
    link: {
      ask: async (name: string, words: unknown) => {
        asked.push([name, words]);
        return name === 'logs' ? [{ node: 'second@p', attempt: 1, text: 'one\nno end' }] : {};
      },
    },
    ...rest,
  };
  let provider: TaskProvider | undefined;
  tasks.registerTaskProvider = (_type: string, given: TaskProvider) => {
    provider = given;
    return { dispose() {} };
  };
  const reader = { outline: async () => ({ outline: { secrets: [], nodes: [] } }) };
  provideTasks({ of: () => mirror } as never, reader as never, { give: async () => true } as never);
  const definition = { type: 'scanflow', file: 'a.scanflow' };
  const task = provider!.resolveTask({ definition, scope: folderAt('/w'), name: 't' } as never, null as never);
  const terminal: Pseudoterminal = await (task as unknown as { execution: CustomExecution }).execution.open();
  let text = '';
  terminal.onDidWrite((words) => {
    text += words;
  });
  const code = new Promise<unknown>((resolve) => terminal.onDidClose!(resolve));
  terminal.open(undefined);
  return { asked, terminal, code, lines: () => text.split('\r\n') };
}

test('a task lists each step once, also those that ended before it was followed, and what was written last', async () => {
  const { code, lines } = await world();
  expect(await code).toBe(0);
  const count = (what: string) => lines().filter((line) => line.includes(what)).length;
  expect(count('first@p')).toBe(1);
  expect(lines()).toContain('cached     first@p');
  expect(count('succeeded  second@p')).toBe(1);
  expect(count('one')).toBe(1);
  expect(count('no end')).toBe(1);
});

test('a task runs as the settings say', async () => {
  const settings = new Map<string, unknown>([
    ['scanflow.run runtime', 'process'],
    ['scanflow.run jobs', 2],
  ]);
  workspace.getConfiguration = (name: string) => ({ get: (key: string) => settings.get(`${name} ${key}`) });
  const { asked, code } = await world();
  await code;
  expect(asked[0]).toEqual(['start', { file: 'a.scanflow', runtime: 'process', jobs: 2 }]);
});

test('a task that is ended while its run begins stops the run', async () => {
  let begin = (_run: string) => {};
  const start = () =>
    new Promise((resolve) => {
      begin = resolve;
    });
  const { asked, terminal, code } = await world({ start });
  await new Promise((resolve) => setImmediate(resolve));
  terminal.close();
  begin('r');
  expect(await code).toBe(130);
  expect(asked).toEqual([['cancel', { run: 'r' }]]);
});

test('what is written while the last look is under way is shown', async () => {
  vi.useFakeTimers();
  const looks: ((chunks: unknown) => void)[] = [];
  let settle = (_summary: unknown) => {};
  const ask = () => new Promise((resolve) => looks.push(resolve));
  const settled = () =>
    new Promise((resolve) => {
      settle = resolve;
    });
  const { code, lines } = await world({ link: { ask }, settled });
  await vi.advanceTimersByTimeAsync(1_500);
  settle({ run: 'r', workflow: 'w', state: 'succeeded', nodes: STEPS });
  await vi.advanceTimersByTimeAsync(0);
  looks[0]!([{ node: 'second@p', attempt: 1, text: 'one\n' }]);
  await vi.advanceTimersByTimeAsync(0);
  looks[1]!([{ node: 'second@p', attempt: 1, text: 'one\nlast\n' }]);
  await vi.advanceTimersByTimeAsync(0);
  vi.useRealTimers();
  expect(await code).toBe(0);
  expect(lines().filter((line) => line.includes('last'))).toHaveLength(1);
});

test('a file that can not be read takes no task of the others away', async () => {
  let provider: TaskProvider | undefined;
  tasks.registerTaskProvider = (_type: string, given: TaskProvider) => {
    provider = given;
    return { dispose() {} };
  };
  workspace.findFiles = async () => ['/w/a.scanflow', '/w/bad.scanflow'].map(Uri.file);
  workspace.getWorkspaceFolder = () => folderAt('/w');
  workspace.openTextDocument = async ({ path }: { path: string }) => {
    if (path.includes('bad')) throw new Error('The file is binary.');
    return {};
  };
  const reader = { outline: async () => ({ outline: { phases: ['training'] } }) };
  provideTasks(null as never, reader as never, null as never);
  const found = (await provider!.provideTasks(null as never)) as { name: string }[];
  expect(found.map(({ name }) => name)).toEqual(['run a.scanflow', 'run a.scanflow training', 'run bad.scanflow']);
});
