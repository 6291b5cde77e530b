import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropSecrets, MASKING_SCRIPT, masker, rememberSecrets, secretsIn } from './masking';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-mask-'));
  mkdirSync(path.join(folder, 'secrets'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const through = (secrets: string[], pieces: Buffer[]) => {
  const mask = masker(secrets);
  return Buffer.concat([...pieces.map((piece) => mask.push(piece)), mask.flush()]).toString('latin1');
};

test('a secret is hidden wherever the stream is cut, and all else passes', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 2, maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') }),
      fc.string({ maxLength: 60, unit: fc.constantFrom('a', 'b', 'c', 'ü', '\n') }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      (secret, text, cuts) => {
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const masked = through([secret], pieces);
        expect(masked).not.toContain(secret);
        if (!text.includes(secret)) expect(Buffer.from(masked, 'latin1').toString('utf8')).toBe(text);
      },
    ),
    { numRuns: 500 },
  );
});

test('of several secrets no letter is seen, wherever the stream is cut, and all else passes', () => {
  const letters = (most: number) => fc.string({ maxLength: most, unit: fc.constantFrom('a', 'b', 'c') });
  const secret = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(
      fc.tuple(secret, letters(4)).chain(([one, tail]) => fc.tuple(fc.constant([one, one + tail]), secret)),
      letters(60),
      fc.array(fc.nat(60), { maxLength: 6 }),
      ([related, other], text, cuts) => {
        const secrets = [...related, other];
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => Buffer.from(text.slice(places[index], end)));
        expect(through(secrets, pieces)).toBe(hidden(secrets, text));
      },
    ),
    { numRuns: 2000 },
  );
  expect(through(['abc', 'abc-tail'], [Buffer.from('x abc'), Buffer.from('-tail y')])).toBe('x *** y');
});

/** What overlaps is one secret, what touches are two. */
function hidden(secrets: string[], text: string): string {
  const within = (at: number) =>
    secrets.some((secret) => {
      const first = text.lastIndexOf(secret, at);
      return first >= 0 && at < first + secret.length;
    });
  const between = (at: number) =>
    secrets.some((secret) => {
      const first = text.lastIndexOf(secret, at - 1);
      return first >= 0 && at < first + secret.length;
    });
  let masked = '';
  for (let at = 0; at < text.length; at++) {
    if (!within(at)) masked += text[at];
    else if (at === 0 || !between(at)) masked += '***';
  }
  return masked;
}

test('each line of a secret is one, the longest is hidden first', () => {
  writeFileSync(path.join(folder, 'secrets/KEY'), '-- begin --\nkey-of-the-house\n-- end --\n');
  writeFileSync(path.join(folder, 'secrets/TOKEN'), 'key-of-the-house-and-more\n');
  const secrets = secretsIn(folder);
  expect(secrets).toContain('key-of-the-house');
  expect(through(secrets, [Buffer.from('x key-of-the-house-and-more y key-of-the-house z')])).toBe('x *** y *** z');
  expect(secretsIn(path.join(folder, 'nothing'))).toEqual([]);
  dropSecrets(folder);
});

test('what was given is remembered, whatever becomes of the files', () => {
  rememberSecrets(folder, ['hunter2-ü']);
  const secrets = secretsIn(folder);
  expect(through(secrets, [Buffer.from('a hunter2-ü b')])).toBe('a *** b');
  dropSecrets(folder);
  expect(secretsIn(folder)).toEqual([]);
});

test('what another engine gave is read from the files alone', () => {
  writeFileSync(path.join(folder, 'secrets/TOKEN'), 'hunter2-hunter2');
  writeFileSync(path.join(folder, 'elsewhere'), 'no secret');
  execFileSync('mkfifo', [path.join(folder, 'secrets/pipe')]);
  mkdirSync(path.join(folder, 'secrets/folder'));
  symlinkSync('../elsewhere', path.join(folder, 'secrets/link'));
  expect(secretsIn(folder)).toEqual(['hunter2-hunter2']);
  dropSecrets(folder);
});

test('the masking program hides what its program says on both streams, and ends as it does', () => {
  writeFileSync(path.join(folder, 'secrets/TOKEN'), 'hunter2-hunter2');
  const run = (code: string) =>
    spawnSync(process.execPath, ['-e', MASKING_SCRIPT, folder, process.execPath, '-e', code], { encoding: 'utf8' });
  const said = run("console.log('a hunter2-hunter2 b'); console.error('hunter2-'.trim() + 'hunter2'); process.exit(7)");
  expect([said.stdout, said.stderr, said.status]).toEqual(['a *** b\n', '***\n', 7]);
  expect(run("process.kill(process.pid, 'SIGKILL')").status).toBe(137);
  expect(run("process.stdout.write('hunter')").stdout).toBe('hunter');
});
