import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { Decision } from '../engine/protocol';
import { rollBack } from './decisions';
import type { Links } from './engine/links';
import { window } from './runs/fake-vscode';

const decisionOf = (id: string) => ({ id, improver: id, state: 'promoted', reason: id }) as Decision;
const [one, two, three, foreign] = ['one', 'two', 'three', 'foreign'].map(decisionOf) as [
  Decision,
  Decision,
  Decision,
  Decision,
];
const revisions = [
  { decision: 'one', file: 'digits.scanflow' },
  { decision: 'two', file: 'digits.scanflow' },
  { decision: 'three', file: 'copy.scanflow' },
];
let sent: unknown[];
let said: string[];
const mirror = {
  key: 'k',
  models: [{ name: 'digits/model.model', versions: [one, two, three, foreign].map((decision) => ({ decision })) }],
  revisions,
  refresh: async () => {},
  link: { ask: async (name: string, words: unknown) => (name === 'revisions' ? revisions : sent.push(words)) },
};
const links = { asked: async () => [mirror] } as unknown as Links;
const versionOf = (decision: Decision) =>
  ({ type: 'version', mirror, version: { name: 'digits/model.model', version: '1', decision } }) as never;

beforeEach(() => {
  sent = [];
  said = [];
  window.showInputBox = async () => '';
  window.showWarningMessage = async () => 'Roll Back';
  window.showInformationMessage = async (message: string) => void said.push(message);
});

test.each([
  [one, 'digits.scanflow'],
  [three, 'copy.scanflow'],
])('of two files with a workflow of one name, that of the version is rolled back', async (decision, file) => {
  await rollBack(links, versionOf(decision));
  expect(sent).toEqual([{ workflow: file, reason: undefined }]);
});

test('of each file the last promotion is offered', async () => {
  const offered: unknown[] = [];
  window.showQuickPick = async (rows: { label: string; description: string }[]) => {
    offered.push(...rows.map(({ label, description }) => [label, description]));
    return rows[0];
  };
  await rollBack(links);
  expect(offered).toEqual([
    ['two', 'digits.scanflow'],
    ['three', 'copy.scanflow'],
  ]);
  expect(sent).toEqual([{ workflow: 'digits.scanflow', reason: undefined }]);
});

test('what was promoted in another workspace takes nothing back here', async () => {
  await rollBack(links, versionOf(foreign));
  expect(sent).toEqual([]);
  expect(said).toEqual(['Nothing was promoted that could be rolled back.']);
});
