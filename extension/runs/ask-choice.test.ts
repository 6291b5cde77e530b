import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import type { Outline, OutlineParameter } from '../graph/outline';
import { askChoice } from './ask-choice';
import * as editor from './fake-vscode';

interface Row {
  label: string;
  more?: string;
  choice?: object;
  parameter?: object;
  description?: string;
}
interface Input {
  value: string;
  validateInput(text: string): string | null;
}
Object.assign(editor, { QuickPickItemKind: { Separator: -1 } });
let input: Input;
let described: string | undefined;
let typed: string;

/** Sets the one parameter, then runs. */
editor.window.showQuickPick = async (rows: Row[]) => {
  const [parameter] = rows.filter((row) => row.parameter);
  if (parameter) {
    described = parameter.description;
    return parameter;
  }
  return input ? rows.find((row) => row.choice) : rows.find(({ more }) => more === 'parameters');
};
editor.window.showInputBox = async (options: Input) => {
  input = options;
  return typed;
};
beforeEach(() => {
  input = undefined as unknown as Input;
  typed = '';
});

const ask = (type: OutlineParameter['type'], usual: OutlineParameter['default']) => {
  const parameter = { name: 'p', type, default: usual, description: '', choices: [] };
  return askChoice(
    { name: 'w', phases: [], nodes: [], edges: [], parameters: [parameter] } as unknown as Outline,
    null,
  );
};

test.each(['string', 'integer', 'number', 'boolean', 'list', 'map'] as const)(
  'a parameter without a default is asked for with an empty input, which is no value: %s',
  async (type) => {
    await ask(type, null);
    expect([input.value, described]).toEqual(['', 'no default']);
    expect(input.validateInput(' ')).not.toBeNull();
  },
);

test('an empty text is typed on purpose', async () => {
  typed = '""';
  expect(await ask('string', null)).toEqual({ parameters: { p: '""' } });
  expect(input.validateInput('')).toMatch(/""/);
  expect(input.validateInput('""')).toBeNull();
});

test('a default is what the input begins with', async () => {
  await ask('integer', 3);
  expect([input.value, described]).toEqual(['3', '3']);
});
