import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./fake-vscode'));

import { folderAt, secretStore, window } from './fake-vscode';
import type { Mirror } from './mirror';
import { Secrets } from './secrets';

const NEEDS = { name: 'w', secrets: ['token'] } as never;
let told: unknown[];
let asked: number;

/** A mirror that keeps what its engine is given. */
const mirrorOf = (path: string, state = 'ready') =>
  ({
    link: {
      folder: folderAt(path),
      health: { state },
      ask: async (_name: string, { set }: { set: unknown }) => void told.push(set),
    },
  }) as unknown as Mirror;

beforeEach(() => {
  told = [];
  asked = 0;
  window.showInputBox = async () => `value ${++asked}`;
  window.showQuickPick = async ([row]: unknown[]) => row;
});

test('a secret is asked once for a folder, and never given to another one', async () => {
  const store = secretStore({ 'scanflow.secret.token': 'of any project' });
  for (const folder of ['/a', '/b', '/a']) await new Secrets(store).give(mirrorOf(folder), NEEDS);
  expect(told).toEqual([{ token: 'value 1' }, { token: 'value 2' }, { token: 'value 1' }]);
  const engine = vi.fn(async () => ({ names: [] }));
  await new Secrets(store).restore({ secrets: engine }, folderAt('/c'));
  expect(engine).not.toHaveBeenCalled();
});

test('what a person replaces or forgets is so for the engine that runs, too', async () => {
  const secrets = new Secrets(secretStore());
  await secrets.manage(mirrorOf('/a'), ['token'], 'w');
  await secrets.manage(mirrorOf('/a', 'off'), ['token'], 'w');
  window.showInputBox = async () => '';
  await secrets.manage(mirrorOf('/a'), ['token'], 'w');
  expect(told).toEqual([{ token: 'value 1' }, { token: '' }]);
  window.showInputBox = async () => undefined;
  expect(await secrets.give(mirrorOf('/a'), NEEDS)).toBe(false);
});
