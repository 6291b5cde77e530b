import { expect, test, vi } from 'vitest';

const said = vi.hoisted(() => [] as string[]);
vi.mock('vscode', () => ({
  EventEmitter: class {},
  ThemeIcon: class {},
  ThemeColor: class {},
  l10n: { t: String },
  window: { showInformationMessage: async (text: string) => void said.push(text) },
}));

const { runCommands } = await import('./run-commands');

const commandsOf = (rooms: object) => {
  const commands = new Map<string, () => unknown>();
  runCommands((name, act) => {
    commands.set(name, act as () => unknown);
    return { dispose() {} };
  }, rooms as never);
  return commands;
};

test.each([
  ['resumeRun', 'failed', 'resume r'],
  ['stopRun', 'waiting', 'cancel r'],
])('%s finds a run that nobody has looked at yet', async (command, state, wanted) => {
  const row = { run: 'r', workflow: 'w', state, startedAt: '' };
  const done: string[] = [];
  const mirror = {
    rows: [] as object[],
    active: () => mirror.rows,
    interrupted: () => false,
    resume: async (run: string) => void done.push(`resume ${run}`),
    refresh: async () => {},
    link: { ask: async (name: string, { run }: { run: string }) => void done.push(`${name} ${run}`) },
  };
  const asked = async () => {
    mirror.rows = [row];
    return [mirror];
  };
  await commandsOf({ links: { all: () => [mirror], asked } }).get(command)!();
  expect(done).toEqual([wanted]);
});

test('Stop Run says where there is none', async () => {
  said.length = 0;
  await commandsOf({ links: { all: () => [], asked: async () => [] } }).get('stopRun')!();
  expect(said).toEqual(['No run is under way.']);
});

test.each<[string[], object[]]>([
  [['a', 'b'], [{ to: ['a', 'b'] }]],
  [[], []],
])('with %j checked, so many runs start: to nothing is not to everything', async (chosen, started) => {
  said.length = 0;
  const runs: object[] = [];
  const rooms = {
    workflow: { file: 'w.scanflow', chosen },
    starter: { run: async (_: unknown, choice: object) => void runs.push(choice) },
  };
  await commandsOf(rooms).get('runChecked')!();
  expect(runs).toEqual(started);
  expect(said.length > 0).toBe(chosen.length === 0);
});
