import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const start = vi.hoisted(() => ({ fails: false }));
vi.mock('vscode', () => import('../runs/fake-vscode'));
/** It is not started but comes. */
vi.mock('../../engine/host/start', async () => {
  const { connect } = await import('../../engine/host/connect');
  return {
    startDetached(workspace: string) {
      if (start.fails) throw new Error('No program.');
      return vi.waitUntil(() => connect(workspace));
    },
  };
});

import { fakeEngine } from '../../engine/host/fake-engine';
import { TestHost } from '../../engine/host/test-host';
import { folderAt, foldersChanged, secretStore, silent, window, workspace } from '../runs/fake-vscode';
import { Secrets } from '../runs/secrets';
import { EngineLink } from './link';
import { Links } from './links';

const PROGRAM = { node: '/no/such/node', script: 'none' };
let at: TestHost;
let disposables: { dispose(): void }[];

beforeEach(async () => {
  at = new TestHost();
  disposables = [];
  start.fails = false;
  vi.stubEnv('XDG_RUNTIME_DIR', at.runtime);
  await at.serve();
});
afterEach(async () => {
  for (const disposable of disposables) disposable.dispose();
  vi.unstubAllEnvs();
  await at.close();
});

const asked = () => at.engine.asked.map(({ name }) => name).filter((name) => name !== 'handshake');

test('a link hears that its engine is gone without asking it', async () => {
  const link = new EngineLink(folderAt(at.workspace), PROGRAM, silent);
  disposables.push(link);
  await link.ask('runs', {});
  expect(link.health.state).toBe('ready');
  await at.host.dispose();
  await vi.waitFor(() => expect(link.health.state).toBe('lost'));
  expect(link.losses).toBe(1);
});

test('of a folder that is closed a link says so', async () => {
  const link = new EngineLink(folderAt(at.workspace), PROGRAM, silent);
  link.dispose();
  await expect(link.ask('runs', {})).rejects.toMatchObject({ fault: { code: 'SF4902' } });
});

test.each(['parameters', 'secrets', 'watch'] as const)('%s is asked again of the engine that comes', async (name) => {
  const link = new EngineLink(folderAt(at.workspace), PROGRAM, silent);
  disposables.push(link);
  const leaves = () => {
    void at.serve(fakeEngine({ [name]: () => ['of the second'] }));
    return new Promise(() => {});
  };
  await at.serve(fakeEngine({ [name]: leaves }));
  expect(await link.ask(name, { run: 'r', set: {}, file: 'f' } as never)).toEqual(['of the second']);
});

test('an engine that is joined has the secrets of its folder before anything is asked of it, and keeps its own', async () => {
  const folder = folderAt(at.workspace);
  const engine = () => {
    const given: unknown[] = [];
    const secrets = ({ set }: { set: Record<string, string> }) => {
      if (Object.keys(set).length > 0) given.push(set);
      return { names: ['OWN'] };
    };
    return { given, fake: fakeEngine({ secrets }) };
  };
  const [first, second] = [engine(), engine()];
  await at.serve(first.fake);
  const secrets = new Secrets(secretStore());
  workspace.workspaceFolders = [folder];
  const links = new Links(PROGRAM, silent, secrets);
  disposables.push(links);
  const [mirror] = links.all();
  const values = ['v1', 'v2'];
  window.showInputBox = async () => values.shift();
  await mirror!.link.ask('runs', {});
  await secrets.give(mirror!, { name: 'w', secrets: ['api-token', 'own'] } as never);
  expect(first.given).toEqual([{ 'api-token': 'v1', own: 'v2' }]);
  await at.serve(second.fake);
  // The mirror may have joined it before a state of the link could be looked at.
  await vi.waitFor(() => expect(mirror!.link.losses).toBe(1));
  await mirror!.link.ask('resume', { run: 'r' }).catch(() => {});
  expect(second.given).toEqual([{ 'api-token': 'v1' }]);
  expect(asked().indexOf('secrets')).toBeLessThan(asked().indexOf('resume'));
});

test('folders that go are told', () => {
  workspace.workspaceFolders = [folderAt('/a'), folderAt('/b')];
  const links = new Links(PROGRAM, silent);
  disposables.push(links);
  expect(links.all()).toHaveLength(2);
  let told = 0;
  links.onDidChange(() => {
    told += 1;
  });
  foldersChanged.fire({ added: [], removed: [workspace.workspaceFolders.pop()] });
  expect(told).toBe(1);
  expect(links.all()).toHaveLength(1);
});

test.each([true, false])(
  'what nobody looked at yet is asked for before a person chooses from it: history %s',
  async (history) => {
    if (history) await mkdir(path.join(at.workspace, '.scanflow'), { recursive: true });
    workspace.workspaceFolders = [folderAt(at.workspace)];
    await at.serve(fakeEngine({ tasks: () => [{ id: 't' }] as never }));
    const links = new Links(PROGRAM, silent);
    disposables.push(links);
    expect(links.all()[0]!.tasks).toEqual([]);
    const [mirror] = await links.asked();
    expect(mirror!.tasks).toEqual([{ id: 't' }]);
  },
);

test('where no engine starts, that is said, and not that there is nothing', async () => {
  await at.host.dispose();
  await mkdir(path.join(at.workspace, '.scanflow'), { recursive: true });
  workspace.workspaceFolders = [folderAt(at.workspace)];
  start.fails = true;
  const links = new Links(PROGRAM, silent);
  disposables.push(links);
  await expect(links.asked()).rejects.toMatchObject({ fault: { message: 'No program.' } });
});
