import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));

import { silent, TabInputText, Uri, window, workspace } from '../runs/fake-vscode';
import { GraphSeat } from './graph-seat';

const none = { outline: null, problems: [], scene: null };
const lines = (first: number, last: number) => ({
  start: { line: first, character: 0 },
  end: { line: last, character: 40 },
});
const outline = {
  nodes: [{ id: 'model', range: lines(1, 2), nameRange: lines(1, 1) }],
  edges: [{ id: 'edge:0', range: lines(5, 5) }],
  groups: [{ name: 'offline', range: lines(8, 9) }],
};

/** A graph that is drawn, and what it is told. */
function drawnIn(viewColumn: number) {
  const told: unknown[] = [];
  const panel = { viewColumn, webview: { postMessage: (message: unknown) => void told.push(message) } };
  const opened = { uri: Uri.file('/w/w.scanflow') as never, collapsed: null, locked: false };
  const seat = new GraphSeat(panel as never, opened, { reader: {}, links: {}, log: silent } as never);
  seat.drawn = { outline } as never;
  return { seat, told };
}

beforeEach(() => {
  workspace.getWorkspaceFolder = () => undefined;
});

test.each([
  ['is read', async () => none],
  ['fails', () => Promise.reject(new Error('It took too long.'))],
])('a panel that is closed before its graph %s is told nothing', async (_, reading) => {
  const told: unknown[] = [];
  let closed = false;
  const panel = {
    // As VS Code has it.
    get webview() {
      if (closed) throw new Error('Webview is disposed');
      return { postMessage: (message: unknown) => void told.push(message) };
    },
  };
  const opened = { uri: Uri.file('/w/w.scanflow') as never, collapsed: null, locked: false };
  const from = { reader: { scene: reading }, links: {}, log: silent };
  const seat = new GraphSeat(panel as never, opened, from as never);
  await seat.draw();
  expect(told).toHaveLength(1);
  const drawing = seat.draw();
  closed = true;
  seat.dispose();
  await drawing;
  seat.tell({ type: 'select', node: null });
  expect(told).toHaveLength(1);
});

test.each([
  [1, 'model'],
  [5, 'edge:0'],
  [8, 'group:offline'],
  [11, null],
])('the cursor in line %i selects %s', (line, node) => {
  const { seat, told } = drawnIn(2);
  seat.select({ line, character: 0 } as never);
  expect(told).toEqual([{ type: 'select', node }]);
});

// The graph's column; those in which the text is open; where it is shown.
test.each([
  [2, [1], 1],
  [2, [], 1],
  [1, [], -2],
  [1, [1], -2],
  [1, [1, 2], 2],
  [2, [2], 1],
])('a click in a graph in column %i does not cover it with its text, open in %j', async (own, columns, shown) => {
  const tab = { input: new TabInputText(Uri.file('/w/w.scanflow') as never) };
  window.tabGroups = {
    all: [1, 2].map((viewColumn) => ({ viewColumn, tabs: (columns as number[]).includes(viewColumn) ? [tab] : [] })),
  };
  const asked: unknown[] = [];
  window.showTextDocument = async (_: unknown, how: { viewColumn: number }) => void asked.push(how.viewColumn);
  await drawnIn(own).seat.showInText('model', false);
  expect(asked).toEqual([shown]);
});
