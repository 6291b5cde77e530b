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

test.each<[string[], object[]]>([
  [['a', 'b'], [{ to: ['a', 'b'] }]],
  [[], []],
])('with %j checked, so many runs start: to nothing is not to everything', async (chosen, started) => {
  const commands = new Map<string, () => unknown>();
  const runs: object[] = [];
  const rooms = {
    workflow: { file: 'w.scanflow', chosen },
    starter: { run: async (_: unknown, choice: object) => void runs.push(choice) },
  };
  runCommands((name, act) => {
    commands.set(name, act as () => unknown);
    return { dispose() {} };
  }, rooms as never);
  await commands.get('runChecked')!();
  expect(runs).toEqual(started);
  expect(said.length > 0).toBe(chosen.length === 0);
});
