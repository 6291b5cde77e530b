import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeStep } from '../../host/fake-engine';
import type { RunEvent, StepState } from '../../protocol';
import { testIo } from '../test-io';
import { duration, figure } from './figures';
import { palette } from './palette';
import { plainLine, plainText } from './plain-text';
import { problemLines } from './problems';
import { progressOn } from './progress';
import { bar, emptyView, movingLines, see } from './run-view';
import { table } from './table';
import { cut, widthOf } from './width';

const plain = palette(false);
const esc = '\u001b';

test.each([
  ['colours', `${esc}[1;31mred${esc}[0m`, 'red'],
  ['a title', `${esc}]0;evil\u0007rest`, 'rest'],
  ['a title without end, in its line', `${esc}]0;evil\nrest`, '\nrest'],
  ['a link', `${esc}]8;;http://x${esc}\\text${esc}]8;;${esc}\\`, 'text'],
  ['a device string', `${esc}P1$qm${esc}\\x`, 'x'],
  ['cursor moves and erasures', `a${esc}[2Kb${esc}[1Ac`, 'abc'],
  ['the eight-bit introducer', 'a\u009b31mb', 'ab'],
  ['a sequence that is cut', `a${esc}[3`, 'a'],
  ['a lone escape', `a${esc}`, 'a'],
  ['a charset', `${esc}(Bx`, 'x'],
  ['bells and backspaces', 'a\u0007\bb', 'ab'],
  ['turned writing', 'a\u202eb\u2066c', 'abc'],
  ['progress bars', '10 %\r20 %\r\nend', '10 %\n20 %\nend'],
  ['tabs and letters of all kinds', 'a\tß漢😀', 'a\tß漢😀'],
])('%s', (_name, text, expected) => {
  expect(plainText(text)).toBe(expected);
});

/** What no terminal may see from a node. */
const harmful = (letter: string) => {
  const code = letter.charCodeAt(0);
  return (
    (code < 32 && letter !== '\n' && letter !== '\t') ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x202a && code <= 0x202e)
  );
};

test('no text keeps a control character, and plain text is left alone', () => {
  const letters = fc.string({
    unit: fc.constantFrom(esc, '[', ']', '\u0007', '\\', '\n', '\r', 'm', ';', '1', 'x', '\u009b', '\u202e', 'P'),
  });
  fc.assert(
    fc.property(fc.oneof(letters, fc.string({ unit: 'binary' })), (text) => {
      const shown = plainText(text);
      expect([...shown].filter(harmful)).toEqual([]);
      expect(plainText(shown)).toBe(shown);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
      expect(plainText(text)).toBe(text);
    }),
  );
});

test('a megabyte of beginnings is one pass', () => {
  expect(plainText(`${esc}]`.repeat(500_000))).toBe('');
  expect(plainText(`${esc}[`.repeat(500_000))).toBe('');
});

test('a line is cut to the columns that it has, wide letters included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
      expect(widthOf(cut(text, columns))).toBeLessThanOrEqual(columns);
    }),
  );
  expect(cut('漢字漢字', 5)).toBe('漢字…');
  expect(cut('abc', 3)).toBe('abc');
});

test.each([
  [0, '0.0 s'],
  [-5, '0.0 s'],
  [420, '0.4 s'],
  [9_949, '9.9 s'],
  [9_951, '10 s'],
  [59_400, '59 s'],
  [59_600, '1 min 00 s'],
  [185_000, '3 min 05 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_600, '1 h 00 min'],
  [7_620_000, '2 h 07 min'],
])('%d ms are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test.each([
  [0.931249, '0.9312'],
  [0.5, '0.5'],
  [60000, '60000'],
  [12.3456, '12.346'],
  [1.2345e-9, '1.23e-9'],
  [-0.25, '-0.25'],
  [0, '0'],
])('%d is %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('bars are as long as they should be, whatever a node says', () => {
  for (const done of [0, 0.33, 0.5, 1, -1, 7, Number.NaN]) expect(bar(done)).toHaveLength(20);
  expect(bar(0)).toBe('─'.repeat(20));
  expect(bar(1)).toBe('━'.repeat(20));
});

test('columns line up and hold no control characters', () => {
  expect(
    table(
      ['A', 'B'],
      [
        ['xx', `${esc}[31my`],
        ['漢', 'z'],
      ],
    ),
  ).toBe('A   B\nxx  y\n漢  z\n');
});

test('problems are printed as compilers do, counted from 1', () => {
  const start = { line: 3, character: 4 };
  const range = { start, end: { line: 3, character: 9 } };
  const related = [{ message: 'Declared here.', range }];
  const problem = {
    code: 'SF2001',
    severity: 'error' as const,
    message: 'No such node.',
    remedy: 'Add it.',
    range,
    related,
  };
  expect(problemLines('a.scanflow', [problem], plain)).toBe(
    'a.scanflow:4:5: error SF2001: No such node.\n  a.scanflow:4:5: Declared here.\n  Add it.\n',
  );
});

const event = (sequence: number, rest: object) =>
  ({ run: 'r', sequence, at: '2026-01-02T03:04:05Z', ...rest }) as RunEvent;

test('a step has one lasting line, when it has had its turn', () => {
  const view = emptyView();
  const lines = [
    { type: 'planned', steps: [fakeStep('a', 'pending'), fakeStep('b', 'pending')] },
    { type: 'step', step: fakeStep('a', 'running') },
    { type: 'step', step: fakeStep('a', 'running', { progress: { done: 0.5 } }) },
    {
      type: 'step',
      step: fakeStep('a', 'succeeded', { startedAt: '2026-01-02T03:04:05Z', endedAt: '2026-01-02T03:04:17Z' }),
    },
    { type: 'step', step: fakeStep('b', 'cached', { reason: `run r0${esc}[2J` }) },
    { type: 'step', step: fakeStep('b', 'cached', { reason: 'run r0' }) },
  ].flatMap((each, sequence) => see(view, event(sequence, each), plain));
  expect(lines).toEqual(['✔ a  12 s', '≡ b  cached  run r0']);
  expect(view.settled).toBe(2);
});

test('a step that is tried again is no longer done', () => {
  const view = emptyView();
  const states: StepState[] = ['running', 'failed', 'queued', 'running', 'succeeded'];
  const settled = states.map((state, sequence) => {
    see(view, event(sequence, { type: 'step', step: fakeStep('a', state) }), plain);
    return view.settled;
  });
  expect(settled).toEqual([0, 1, 0, 0, 1]);
});

test('what moves fits the terminal: rows, columns, hostile names', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 120 }),
      fc.integer({ min: 5, max: 40 }),
      fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 60 }),
      (columns, rows, names) => {
        const view = emptyView();
        const steps = names.map((name, index) =>
          fakeStep(`${name}${index}`, 'running', {
            progress: { done: index / 9, message: `${name}\n${esc}[9A`, left: index },
          }),
        );
        see(view, event(0, { type: 'planned', steps }), plain);
        const lines = movingLines(view, { columns, rows }, 5_000, 0, plain);
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) {
          expect(widthOf(line)).toBeLessThan(columns);
          expect(plainLine(line)).toBe(line.trim());
        }
      },
    ),
  );
});

test('a training shows its bar and what the node says', () => {
  const view = emptyView();
  const progress = { done: 0.45, message: 'epoch 2/3, loss 0.081', left: 12 };
  const step = fakeStep('model@training', 'running', { progress, startedAt: '1970-01-01T00:00:01Z' });
  see(view, event(0, { type: 'step', step }), plain);
  expect(movingLines(view, { columns: 100, rows: 24 }, 4_000, 0, plain)).toEqual([
    '▶ model@training  ━━━━━━━━━───────────  45 %  3.0 s  epoch 2/3, loss 0.081  12 s left',
    '0/1 done, 1 at work, 0 to come, 4.0 s',
  ]);
});

test('where nobody watches, the first word on what is prepared is a line, and no more of an installer', () => {
  const io = testIo(null, '/');
  const progress = progressOn(io, plain);
  const tell = (state: StepState, message?: string) => {
    const step = fakeStep('model@any', state, { progress: message === undefined ? null : { done: 0, message } });
    progress.see({ type: 'step', run: 'r1', sequence: 0, at: '', step });
  };
  tell('preparing');
  tell('preparing', 'making a virtual environment');
  tell('preparing', 'Collecting numpy');
  tell('running', 'epoch 1');
  const lines = io.written.err.split('\n').map((line) => line.replace(/^\[[^\]]*\] /, ''));
  expect(lines).toEqual([
    'model@any preparing',
    'model@any preparing: making a virtual environment',
    'model@any running',
    '',
  ]);
});
