import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codes } from '../../../graph/codes';
import { fakeFiles } from '../../testing/files';
import { marked } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { defaultSettings } from '../settings';
import { hintCodes } from './codes';
import { diagnose } from './diagnose';

/** The project that the examples of docs/problems/ speak of. */
const disk = fakeFiles({
  ...Object.fromEntries(['train.py', 'train.npz', 'test.npz', 'clean.npz', 'incoming.npz'].map((name) => [name, ''])),
  'requirements.txt': 'numpy==2.1.0\n',
  'prose.txt': 'some numbers, please\n',
  'image/Dockerfile': '',
  'empty/x': '',
});
/** No example of a few lines can show these. */
const withoutExample = ['SF1004', 'SF1006', 'SF1008', 'SF2023', 'SF2027'];

const page = (code: string) => `docs/problems/${code}.md`;

async function problemsOf(example: string) {
  const text = /^scanflow:/m.test(example) ? example : `scanflow: 1\nname: example\n${example}`;
  const found = await diagnose(marked(text).snapshot, disk, defaultSettings, NEVER);
  return found.map(({ code, severity, message }) => ({ code, error: severity === 1, message }));
}

test.each(Object.entries({ ...codes, ...hintCodes }))(
  '%s has a page, whose example has it until it is mended',
  async (code, { title }) => {
    expect(existsSync(page(code)), page(code)).toBe(true);
    const text = readFileSync(page(code), 'utf8');
    expect(text.split('\n', 1)[0]).toBe(`# ${code}: ${title}`);
    const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, example]) => example!);
    expect(examples).toHaveLength(withoutExample.includes(code) ? 0 : 2);
    if (examples.length === 0) return;
    const [before, after] = [await problemsOf(examples[0]!), await problemsOf(examples[1]!)];
    expect(before.map((each) => each.code)).toContain(code);
    expect(after.filter((each) => each.code === code || each.error)).toEqual([]);
  },
);
