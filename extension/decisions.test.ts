import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import type { Decision } from '../engine/protocol';
import { exampleDecision } from '../engine/protocol/examples';
import { decide, rollBack } from './decisions';
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
  link: {
    ask: async (name: string, words: unknown) => {
      if (name === 'revisions') return revisions;
      sent.push(words);
      return {};
    },
  },
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

test.each(['promote', 'reject'] as const)(
  'asked what to %s, what the gate alone rejected is offered only to be rejected',
  async (verdict) => {
    const byGate = exampleDecision({ id: 'd-2', improver: 'gated', state: 'rejected', by: 'gate' });
    const byAna = exampleDecision({ id: 'd-3', improver: 'known', state: 'rejected', by: 'ana' });
    const waiting = exampleDecision({ id: 'd-4', improver: 'waiting' });
    // Each output of a candidate is a version of its own.
    const models = ['model', 'encoder'].map((port) => ({
      name: `digits/model.${port}`,
      versions: [byGate, byAna, waiting].map((decision) => ({ name: `digits/model.${port}`, decision })),
    }));
    const world = { asked: async () => [{ ...mirror, tasks: [{ decision: waiting, workflow: 'digits' }], models }] };
    const offered: string[] = [];
    window.showQuickPick = async (rows: { label: string }[]) => {
      offered.push(...rows.map(({ label }) => label));
      return rows.at(-1);
    };
    const details: string[] = [];
    window.showInformationMessage = async (_: string, options?: { detail: string }, yes?: string) => {
      details.push(options?.detail ?? '');
      return yes;
    };
    await decide(world as unknown as Links, verdict);
    const says = expect.stringContaining('are tried again in the next cycle');
    if (verdict === 'reject') {
      expect(offered).toEqual(['waiting', 'gated']);
      expect([sent, details[0]]).toEqual([[{ decision: 'd-2', reason: undefined }], says]);
    } else {
      expect(offered).toEqual([]);
      expect([sent, details[0]]).toEqual([
        [{ decision: 'd-4', reason: undefined }],
        expect.not.stringContaining('in the next cycle'),
      ]);
    }
  },
);

test('what was promoted in another workspace takes nothing back here', async () => {
  await rollBack(links, versionOf(foreign));
  expect(sent).toEqual([]);
  expect(said).toEqual(['Nothing was promoted that could be rolled back.']);
});
