import { beforeEach, expect, test, vi } from 'vitest';

/** The window, and what the server was told in it. */
const world = vi.hoisted(() => ({
  documents: [] as object[],
  heard: new Map<string, (event: unknown) => void>(),
  sent: [] as { method: string; params: unknown }[],
}));
const hearing = vi.hoisted(() => (event: string) => (hear: (event: unknown) => void) => {
  world.heard.set(event, hear);
  return { dispose() {} };
});
vi.mock('vscode', () => ({
  workspace: {
    get textDocuments() {
      return world.documents;
    },
    getWorkspaceFolder: () => ({ uri: 'folder' }),
    asRelativePath: () => 'one.scanflow',
    onDidOpenTextDocument: hearing('open'),
    onDidCloseTextDocument: hearing('close'),
  },
}));
vi.mock('vscode-languageclient/node', () => ({
  TransportKind: {},
  State: { Running: 'running', Stopped: 'stopped' },
  LanguageClient: class {
    private running = false;
    onDidChangeState = (hear: (event: { newState: string }) => void) =>
      hearing('state')((newState) => {
        this.running = newState === 'running';
        hear({ newState: newState as string });
      });
    onNotification = hearing('status');
    isRunning = () => this.running;
    async start() {
      world.heard.get('state')?.('running');
      this.running = true;
    }
    async sendNotification({ method }: { method: string }, params: unknown) {
      world.sent.push({ method, params });
    }
    async dispose() {}
  },
}));
vi.mock('./language/files-as-nodes', () => ({ filesBecomeNodes: () => ({ dispose() {} }) }));
vi.mock('./language/known-images', () => ({ knownImages: async () => ['python:3.12'] }));

const { startLanguageClient } = await import('./language-client');

const document = { uri: 'file:///one.scanflow', languageId: 'scanflow' };
const links = {
  byKey: () => ({
    rows: [{ run: 'r', file: 'one.scanflow' }],
    tasks: [],
    known: () => ({ run: 'r', nodes: [{ name: 'n@p', state: 'succeeded', startedAt: null, endedAt: null }] }),
  }),
  onDidChange: hearing('links'),
};
const log = { warn: console.warn, error: console.error };

/** How often each thing was told so far. */
async function told(): Promise<Record<string, number>> {
  await new Promise((done) => setTimeout(done, 5));
  const counts = Map.groupBy(world.sent, ({ method }) => method.replace('scanflow/', ''));
  return Object.fromEntries([...counts].map(([method, all]) => [method, all.length]));
}

beforeEach(() => {
  world.documents = [document];
  world.heard.clear();
  world.sent = [];
  startLanguageClient(import.meta.filename, links as never, log as never);
});

test('what has not changed is told once', async () => {
  expect(await told()).toEqual({ runState: 1, images: 1 });
  world.heard.get('links')?.(undefined);
  world.heard.get('open')?.(document);
  expect(await told()).toEqual({ runState: 1, images: 1 });
});

test('of a workflow that is closed and opened again, its runs are told again', async () => {
  await told();
  world.documents = [];
  world.heard.get('close')?.(document);
  world.documents = [document];
  world.heard.get('open')?.(document);
  expect(await told()).toEqual({ runState: 2, images: 1 });
});

test('a server that takes the place of one that failed is told all', async () => {
  await told();
  world.heard.get('state')?.('stopped');
  world.heard.get('links')?.(undefined);
  expect(await told()).toEqual({ runState: 1, images: 1 });
  world.heard.get('state')?.('running');
  expect(await told()).toEqual({ runState: 2, images: 2 });
});
