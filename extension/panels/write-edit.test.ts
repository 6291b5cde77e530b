import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));
const kinds = vi.hoisted(() => [] as { hear: (page: unknown, message: unknown) => Promise<unknown> }[]);
vi.mock('./pages', () => ({
  Pages: class {
    constructor(_: unknown, kind: (typeof kinds)[number]) {
      kinds.push(kind);
    }
  },
}));

import { parseWorkflow } from '../../graph';
import { outlineOf } from '../graph/outline';
import { silent, Uri, window, workspace } from '../runs/fake-vscode';
import { DriftPages } from './drift-pages';
import { GraphEdits } from './graph-edits';

const TEXT = `scanflow: 1
name: w
executors: { run: { command: [run] } }
nodes: { drift: { executor: run } }
`;
const uri = Uri.file('/w/w.scanflow');
let applies: boolean;

beforeEach(() => {
  workspace.openTextDocument = async () => ({ getText: () => TEXT, positionAt: (at: number) => at });
  workspace.applyEdit = async () => applies;
  window.tabGroups = { all: [], activeTabGroup: {} };
  window.showTextDocument = async () => {};
});

/** The graph asks for a change of the text. */
async function inGraph(): Promise<string[]> {
  const server = { ask: async () => ({ edits: [] }) };
  const drawn = { uri: uri as never, outline: outlineOf(parseWorkflow(TEXT).workflow), version: 1 };
  await new GraphEdits(() => server as never).change(drawn, 'remove', 'drift');
  return [];
}

/** The drift report does. @returns what the page is told. */
async function inReport(): Promise<string[]> {
  const mirror = { link: { folder: { uri: Uri.file('/w') } }, summary: async () => ({ file: 'w.scanflow' }) };
  const links = { onDidChange: () => {}, byKey: () => mirror };
  new DriftPages(Uri.file('/x') as never, links as never, null as never, silent);
  const told: string[] = [];
  const page = {
    topic: { key: 'k', run: 'r', step: 'drift@p' },
    tell: ({ type }: { type: string }) => void told.push(type),
  };
  await kinds.at(-1)!.hear(page, { type: 'apply', low: 1, high: 2 });
  return told;
}

test.each([
  ['the graph', inGraph, []],
  ['the drift report', inReport, ['applied']],
])('what %s could not write is said, and not that it is written', async (_, write, told) => {
  applies = true;
  expect(await write()).toEqual(told);
  applies = false;
  await expect(write()).rejects.toMatchObject({ fault: { code: 'SF4914' } });
});
