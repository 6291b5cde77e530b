import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('../runs/fake-vscode'));

import { silent, Uri, workspace } from '../runs/fake-vscode';
import { GraphSeat } from './graph-seat';

const none = { outline: null, problems: [], scene: null };

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
