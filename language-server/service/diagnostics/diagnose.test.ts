import { expect, test } from 'vitest';
import { strangeRequirement } from '../../../graph/files';
import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { marked } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { defaultSettings, readSettings } from '../settings';
import { diagnose } from './diagnose';

const disk = fakeFiles({
  'train.py': '',
  'predict.py': '',
  'data/train.npz': '',
  'incoming/x': '',
  'req.txt': 'numpy==2.1.0\n',
  'bad.txt': 'numpy\nthis is prose\n',
  'image/Dockerfile': '',
  'empty/x': '',
});

async function found(input: string, settings = defaultSettings) {
  const { snapshot, ranges } = marked(input);
  const diagnostics = await diagnose(snapshot, disk, settings, NEVER);
  return { codes: diagnostics.map(({ code }) => code), diagnostics, ranges };
}

/** The only diagnostic has a code and the marked range. */
async function expectDiagnostic(input: string, code: string) {
  const { diagnostics, ranges } = await found(input);
  expect(diagnostics.map((each) => [each.code, each.range])).toEqual([[code, ranges[0]]]);
}

const quiet = digits().replace(
  '  labeler: { uses: scanflow/human-labeler, with: { classes: $(classes) } }',
  '  labeler: { uses: scanflow/human-labeler, with: { classes: $(classes) } } # scanflow-ignore SF2401',
);

test('says nothing of what is right', async () => expect((await found(quiet)).codes).toEqual([]));

test.each<[string, string, string]>([
  [
    'an output that nothing takes',
    quiet.replace('outputs: { y: predictions }', 'outputs: { y: predictions, <|log|>: file }'),
    'SF2401',
  ],
  [
    'a checker that nobody hears',
    quiet
      .replace('  - drift.critical -> labeler.data [inference]\n', '')
      .replace('  drift:', '  <|drift|>:')
      .replace(/ {2}labeler:.*\n/, '')
      .replace('  classes: ["0", "1"]\n', ''),
    'SF2401',
  ],
  [
    'an optional input that nothing gives',
    quiet.replace(
      'inputs: { model: model, data: dataset }',
      'inputs: { model: model, data: dataset, <|hint|>: { type: file, optional: true } }',
    ),
    'SF2402',
  ],
  ['an executor that no node runs', quiet.replace('\nnodes:', '\n  <|spare|>:\n    command: [x]\nnodes:'), 'SF2406'],
  ['a parameter that nothing uses', quiet.replace('parameters:\n', 'parameters:\n  <|seed|>: 1\n'), 'SF2407'],
  ['a source that nothing takes', quiet.replace('sources:\n', 'sources:\n  <|test|>: data/train.npz\n'), 'SF2408'],
  [
    'a label that nothing has',
    quiet.replace('nodes: [modeling, serving]', 'nodes: [modeling, serving, <|other|>]'),
    'SF2409',
  ],
  [
    'a phase that nothing has',
    quiet.replace('edges: [training, inference]', 'edges: [training, inference, <|review|>]'),
    'SF2409',
  ],
  ['a file that is not there', quiet.replace('files: [train.py]', 'files: [train.py, <|lost.py|>]'), 'SF2420'],
  [
    'a script that is not there',
    quiet.replace('files: [train.py]\n    command: [python, train.py', 'command: [python, <|lost.py|>'),
    'SF2420',
  ],
  ['a folder that is not there', quiet.replace('files: [train.py]', 'build: <|./lost|>'), 'SF2420'],
  ['a folder without a Dockerfile', quiet.replace('files: [train.py]', 'build: <|empty|>'), 'SF2421'],
  ['a file in place of a folder', quiet.replace('files: [train.py]', 'build: <|req.txt|>'), 'SF2421'],
  [
    'requirements that pip refuses',
    quiet.replace('files: [train.py]', 'files: [train.py]\n    requirements: <|bad.txt|>'),
    'SF2422',
  ],
  ['a source that is not there', quiet.replace('path: data/train.npz', 'path: <|data/lost.npz|>'), 'SF2423'],
  [
    'a script that is not among the files',
    quiet.replace('  train:\n    files: [train.py]', '  <|train|>:\n    files: [req.txt]'),
    'SF2424',
  ],
])('notices %s', (_, input, code) => expectDiagnostic(input, code));

const commanded = (command: string) => quiet.replace(/command: \[python, train\.py/, `command: [${command}`);

test.each([
  ['gdal_merge.py, -o'],
  ['torchrun, lost.py'],
  ['python, train.py, --out, generated.js'],
  ['python, train.py, generated.js'],
  ['python, -m, mod, lost.py'],
  ['python, -m, lost.py'],
  ['bash, -c, lost.sh'],
  ['bash, -lc, lost.sh'],
  ["python, '-', lost.py"],
  ['python, ../inputs/x/run.py'],
  ['python, ./../lost.py'],
  ['python, /opt/lost.py'],
  ['../lost.sh'],
])('a command that may be right is not told of: %s', async (command) => {
  expect(commanded(command)).not.toBe(quiet);
  expect((await found(commanded(command))).codes).toEqual([]);
});

test.each([
  ['python, -u, <|lost.py|>, --out, generated.js'],
  ['/usr/bin/python3.12, <|lost.py|>'],
  ['node, --max-old-space-size=99, <|lost.mjs|>'],
  ['python, <|./lost.py|>'],
  ['<|./lost.sh|>'],
  ['<|bin/lost.sh|>, generated.js'],
])('a command whose script is not there: %s', (command) => expectDiagnostic(commanded(command), 'SF2420'));

test('a node that no phase reaches and a checker without data', async () => {
  const nothing = digits({
    sources: '',
    executors: 'executors:\n  look:\n    command: [x]\n    inputs: { data: { type: file, optional: true } }\n',
    parameters: '',
    head: 'scanflow: 1\nname: x\nlabels: { edges: [training, inference] }\n',
    nodes: 'nodes:\n  <|a|>: { executor: look, kind: checker }\n  b: { executor: look }\n',
    workflows: '',
    edges: 'edges:\n  - a -> b [training]\n',
  });
  const { diagnostics, ranges } = await found(nothing);
  expect(diagnostics.find(({ code }) => code === 'SF2404')?.range).toEqual(ranges[0]);
});

test('a metric that nothing logs', async () => {
  const text = quiet
    .replace(
      '  team:',
      '  trainer:\n    uses: scanflow/model-trainer\n    improves: live.data\n    metric: { name: <|score.beauty|>, on: sources.clean }\n  team:',
    )
    .replace('  - drift.critical', '  - labeler.feedback -> trainer.feedback [inference]\n  - drift.critical');
  const { diagnostics, ranges } = await found(text);
  expect(diagnostics.map((each) => [each.code, each.range])).toEqual([['SF2405', ranges[0]]]);
});

test.each([
  ['score.accuracy', ['SF2410']],
  ['system.duration', []],
])('feedback that is held back from a metric without `on`: %s', async (metric, codes) => {
  const text = quiet
    .replace(
      '  team:',
      `  trainer:\n    uses: scanflow/model-trainer\n    improves: live.data\n    metric: { name: <|${metric}|> }\n  team:`,
    )
    .replace('  - drift.critical', '  - labeler.feedback -> trainer.feedback [inference]\n  - drift.critical');
  const { diagnostics, ranges } = await found(text);
  expect(diagnostics.map((each) => [each.code, each.range])).toEqual(codes.map((code) => [code, ranges[0]]));
});

test('nothing is guessed about a text with errors', async () => {
  const { codes } = await found(quiet.replace('executor: train', 'executor: trian'));
  expect(codes.filter((code) => String(code).startsWith('SF24'))).toEqual([]);
});

test.each([
  ['at the end of the line', (code: string) => `  spare: { command: [x] } # scanflow-ignore ${code}\n`],
  ['on the line before', (code: string) => `  # scanflow-ignore ${code}\n  spare: { command: [x] }\n`],
  [
    'with others',
    (code: string) => `  # why: it is for later\n  # scanflow-ignore SF2401, ${code}\n  spare: { command: [x] }\n`,
  ],
  [
    'on lines below each other',
    (code: string) => `  # scanflow-ignore ${code}\n  # scanflow-ignore SF2401\n  spare: { command: [x] }\n`,
  ],
])('is silent where it is told so: %s', async (_, line) => {
  const text = (code: string) => quiet.replace('\nnodes:', `\n${line(code)}nodes:`);
  expect((await found(text('SF2406'))).codes).toEqual([]);
  expect((await found(text('SF2407'))).codes).toEqual(['SF2406']);
});

test('is not silent about errors, which refuse the text', async () => {
  const wrong = quiet.replace(/executor: train(.*)/, 'executor: trian$1 # scanflow-ignore SF2004');
  expect((await found(wrong)).codes).toContain('SF2004');
  // What makes an error of a hint is a setting: the text is not refused.
  const unused = quiet.replace('parameters:\n', 'parameters:\n  seed: 1 # scanflow-ignore SF2407\n');
  expect((await found(unused, readSettings({ problems: { severity: { SF2407: 'error' } } }))).codes).toEqual([]);
});

test('has the severities that the user wants', async () => {
  const text = quiet.replace('parameters:\n', 'parameters:\n  seed: 1\n');
  const settings = (severity: unknown) => readSettings({ problems: { severity: { SF2407: severity } } });
  expect((await found(text, settings('error'))).diagnostics[0]?.severity).toBe(1);
  expect((await found(text, settings('off'))).codes).toEqual([]);
  expect((await found(text, settings('loud'))).diagnostics[0]?.severity).toBe(4);
  expect(readSettings(null)).toEqual(defaultSettings);
  expect(readSettings({ problems: { severity: [] }, codeLens: false }).codeLens).toBe(false);
});

test.each([
  'numpy',
  'numpy==2.1.0',
  'torch >=2, <3 # fast',
  'a[b,c]~=1.0; python_version > "3"',
  'pkg @ https://x.y/z.whl',
  '-r other.txt',
  './local',
  'git+https://x/y',
  '--index-url https://x',
  '',
  '# note',
])('pip reads "%s"', (line) => expect(strangeRequirement(line)).toBeUndefined());
test.each(['this is prose', '= 3', 'numpy=2', '<xml>'])('pip does not read "%s"', (line) =>
  expect(strangeRequirement(`numpy\n${line}\n`)?.line).toBe(2),
);
