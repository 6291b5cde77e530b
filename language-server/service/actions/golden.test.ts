import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CodeAction, TextDocumentEdit } from 'vscode-languageserver-types';
import { codes } from '../../../graph/codes';
import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { applyEdits, marked, URI } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { hintCodes } from '../diagnostics/codes';
import { diagnose } from '../diagnostics/diagnose';
import { defaultSettings } from '../settings';
import { codeActions } from './actions';
import { fixers } from './fixers';

/**
 * `golden/NAME.scanflow` has a line `# want SF1234 "Title"`; `golden/NAME.fixed` is the text after that fix of the first
 * such problem, and the files that it makes. `UPDATE_GOLDEN=1` writes them: read the difference.
 */
const folder = path.join(__dirname, 'golden');
const inputs = readdirSync(folder).filter((file) => file.endsWith('.scanflow'));
const files = fakeFiles({ 'train.py': '', 'other.py': '', 'folder/x': '', 'data/train.npz': '' });
const WANT = /# want (SF\d{4}) "(.*)"/;

async function fixed(input: string): Promise<{ text: string; titles: string[]; code: string }> {
  const { snapshot, text } = marked(input);
  const [, code, title] = WANT.exec(input)!;
  const diagnostics = await diagnose(snapshot, files, defaultSettings, NEVER);
  const diagnostic = diagnostics.find((each) => each.code === code);
  expect(diagnostic, `${code} is not among ${diagnostics.map((each) => each.code)}`).toBeDefined();
  const context = { diagnostics: [diagnostic!], only: ['quickfix'] };
  const actions = await codeActions(snapshot, diagnostic!.range, context, files, NEVER);
  const action = actions.find((each) => each.title === title);
  return { text: action ? result(text, action) : '', titles: actions.map((each) => each.title), code: code! };
}

function result(text: string, { edit }: CodeAction): string {
  const changes = (edit?.documentChanges ?? []) as (TextDocumentEdit | { kind: 'create'; uri: string })[];
  const own = [
    ...(edit?.changes?.[URI] ?? []),
    ...changes.flatMap((change) => ('edits' in change && change.textDocument.uri === URI ? change.edits : [])),
  ];
  const made = changes.flatMap((change) => {
    if ('kind' in change) return [`==> creates ${change.uri}\n`];
    return change.textDocument.uri === URI ? [] : change.edits.map((each) => (each as { newText: string }).newText);
  });
  return applyEdits(text, own as never) + made.join('');
}

test.each(inputs)('%s', async (file) => {
  const { text, titles } = await fixed(readFileSync(path.join(folder, file), 'utf8'));
  const [, , title] = WANT.exec(readFileSync(path.join(folder, file), 'utf8'))!;
  expect(titles).toContain(title);
  const golden = path.join(folder, file.replace(/\.scanflow$/, '.fixed'));
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});

test.each(inputs)('%s is solved by it', async (file) => {
  const input = readFileSync(path.join(folder, file), 'utf8');
  const { text, code } = await fixed(input);
  const after = marked(text.replace(/==> creates[\s\S]*$/, ''));
  const created = Object.fromEntries(
    [...text.matchAll(/==> creates file:\/\/\/project\/(\S+)/g)].map(([, name]) => [name!, '']),
  );
  const disk = fakeFiles({ 'train.py': '', 'other.py': '', 'folder/x': '', 'data/train.npz': '', ...created });
  const before = await diagnose(marked(input).snapshot, files, defaultSettings, NEVER);
  const left = await diagnose(after.snapshot, disk, defaultSettings, NEVER);
  const count = (all: typeof left) => all.filter((each) => each.code === code).length;
  expect(count(left)).toBeLessThan(count(before));
});

test('what is wrong behind quotes over lines is not ignored there', async () => {
  const critical = 'critical: { type: integer, default: 100, description: "How\n    many." }';
  const parameters = `parameters: { ${critical}, classes: ["0", "1"], spare: 1 }\n`;
  const { titles } = await fixed(`# want SF2407 ""\n${digits({ parameters })}`);
  expect(titles.filter((title) => title.startsWith('Ignore'))).toEqual([]);
});

test('no error is ignored', async () => {
  const { titles } = await fixed(`# want SF2004 ""\n${digits().replace('executor: train', 'executor: trian')}`);
  expect(titles).not.toEqual([]);
  expect(titles.filter((title) => title.startsWith('Ignore'))).toEqual([]);
});

test('every fixer has a golden file', () => {
  const covered = new Set(inputs.map((file) => WANT.exec(readFileSync(path.join(folder, file), 'utf8'))![1]!));
  expect([...fixers.keys()].filter((code) => !covered.has(code))).toEqual([]);
});

test('every code that a fixer solves exists', () => {
  const known = new Set([...Object.keys(codes), ...Object.keys(hintCodes)]);
  expect([...fixers.keys()].filter((code) => !known.has(code))).toEqual([]);
});
