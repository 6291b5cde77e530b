import { expect, test, vi } from 'vitest';

const order = vi.hoisted(() => [] as string[]);
/** Whatever is asked of the editor, it is there, and nothing comes of it. */
const anything = vi.hoisted(() => {
  const one: unknown = new Proxy(class {}, {
    get: (target, name) => (name === 'then' ? undefined : name === 'prototype' ? target.prototype : one),
    apply: () => one,
    construct: () => one as object,
    set: () => true,
  });
  return one;
});
vi.mock('vscode', () => new Proxy({}, { has: () => true, get: (_, name) => (name === 'then' ? undefined : anything) }));
vi.mock('./language-client', () => ({ startLanguageClient: () => ({ dispose() {} }) }));
vi.mock('./engine/links', () => ({
  Links: class {
    onDidChange = () => ({ dispose() {} });
    all = () => [];
    wake = async () => {};
    dispose = () => order.push('the links are cut');
  },
}));
vi.mock('./labeling/desk', () => ({
  LabelingDesk: class {
    settle = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push('the answers have arrived');
    };
    dispose = () => {};
  },
}));

test('at the end of the window the answers arrive before the links to the engines are cut', async () => {
  const { activate, deactivate } = await import('./extension');
  const subscriptions: { dispose(): unknown }[] = [];
  activate({ subscriptions, extensionPath: '/', extensionUri: {}, extension: { id: 'x' } } as never);
  // As VS Code does it: all at once.
  const ended = deactivate();
  for (const one of subscriptions) one.dispose();
  await ended;
  expect(order).toEqual(['the answers have arrived', 'the links are cut']);
});
