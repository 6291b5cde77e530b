import path from 'node:path';
import { expect, it } from 'vitest';
import { lastWords, wordsOf } from './last-words';

it.each([
  ['nothing', '', null],
  ['blanks only', ' \n\n', null],
  ['a last line', 'epoch 1\nThere are no samples.\n', 'There are no samples.'],
  [
    'Python',
    'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    fit(x)\nValueError: Input contains NaN.\n',
    'ValueError: Input contains NaN.',
  ],
  [
    'an exception of a package',
    'Traceback (most recent call last):\nsklearn.exceptions.NotFittedError: not fitted\n',
    'sklearn.exceptions.NotFittedError: not fitted',
  ],
  [
    'an exception that does not say so',
    'KeyError: 1\nhandled that\nsubprocess.TimeoutExpired: no answer\n',
    'subprocess.TimeoutExpired: no answer',
  ],
  [
    'Node',
    '/w/train.mjs:2\nthrow new Error("boom")\n^\n\nError: boom\n    at file:///w/train.mjs:2:7\n\nNode.js v24.21.0\n',
    'Error: boom',
  ],
  [
    'Java',
    'Exception in thread "main" java.lang.IllegalStateException: no\n\tat Main.main(Main.java:3)\n',
    'Exception in thread "main" java.lang.IllegalStateException: no',
  ],
  ['R', 'Error in fit(x) : object not found\nExecution halted\n', 'Error in fit(x) : object not found'],
  ['ours', 'SF7115 Input data has no labels. Add y.\n', 'SF7115 Input data has no labels. Add y.'],
  ['a bar that is drawn over and over', '10%\r50%\r\u001b[31mfailed\u001b[0m', 'failed'],
  ['the last of several', 'KeyError: 1\nduring that\nTypeError: 2\n', 'TypeError: 2'],
  ['a long line', 'x'.repeat(1000), `${'x'.repeat(239)}…`],
])('of %s', (_what, text, words) => {
  expect(wordsOf(text)).toBe(words);
});

it('are none where there is no log', async () => {
  expect(await lastWords(path.join('no', 'such', 'attempt'))).toBeNull();
});
