import { expect } from 'vitest';
import { features } from '../server/features';
import { Host } from '../server/host';
import { NEVER } from '../service/cancellation';
import { fakeFiles } from './files';
import { URI } from './marked';

/** The files of the project in which every text is opened. */
export const disk = fakeFiles({ 'train.py': '', 'requirements.txt': 'numpy\n', 'data/train.npz': '' });
const textDocument = { uri: URI };

/**
 * Asks everything about a text at a position. What a person refuses is an answer, too; what is thrown otherwise is not.
 *
 * @returns The server, with the text open in it.
 */
export async function askAll(
  text: string,
  position: { line: number; character: number },
  methods = Object.keys(features),
): Promise<Host> {
  const host = new Host(disk, { folders: ['file:///project'], snippets: true, pull: true });
  host.notify('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'scanflow', version: 1, text } });
  const start = { line: Math.max(0, position.line - 3), character: 0 };
  const range = { start, end: position };
  const report = (await host.request('textDocument/diagnostic', { textDocument }, NEVER)) as { items: object[] };
  const hierarchy = (await host.request('textDocument/prepareCallHierarchy', { textDocument, position }, NEVER)) as
    | object[]
    | null;
  const item = hierarchy?.[0] ?? { uri: URI, data: { name: 'model', source: false } };
  const params = {
    textDocument,
    position,
    range,
    positions: [position],
    context: { diagnostics: report.items.slice(0, 20), includeDeclaration: true },
    newName: 'zebra',
    item,
    options: {},
    ch: '\n',
    version: 1,
    files: ['file:///project/new.py'],
  };
  for (const method of methods) {
    const edit = {
      kind: (['disconnect', 'remove-node', 'relabel', 'move'] as const)[position.character % 4],
      edge: 1,
      name: 'model',
      node: 'model',
      label: 'training',
      workflow: null,
    };
    try {
      JSON.stringify(await host.request(method, { ...params, edit }, NEVER));
    } catch (error) {
      expect(error, `${method} on ${JSON.stringify(text)} at ${JSON.stringify(position)}`).toMatchObject({
        code: -32803,
      });
    }
  }
  return host;
}
