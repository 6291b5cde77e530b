import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readAttemptFileSync } from './attempt-file';

/** More than an environment, where secrets come from, holds. Bytes. */
const MOST = 1 << 20;

/** Hides texts in what flows by: give it bytes, get back bytes; what may be the beginning of a text is held until the next. */
export interface Masker {
  push(bytes: Buffer): Buffer;
  /** What is still held. */
  flush(): Buffer;
}

/**
 * Texts that must not be seen, of the attempts that this engine gave secrets, by their folder: no two have one, of whichever
 * workspace they are.
 */
const given = new Map<string, string[]>();

/** @param values The secrets that an attempt is given as files. */
export function rememberSecrets(directory: string, values: readonly string[]): void {
  given.set(directory, textsOf(values.map((value) => Buffer.from(value).toString('latin1'))));
}

/**
 * The texts that must not be seen: the values of an attempt's secrets, and each line of those with several. What another
 * engine gave is read from the attempt's folder, once.
 */
export function secretsIn(directory: string): string[] {
  const known = given.get(directory);
  if (known) return known;
  const texts = textsOf(readSecrets(path.join(directory, 'secrets')));
  if (texts.length > 0) given.set(directory, texts);
  return texts;
}

/** The attempt has ended. */
export function dropSecrets(directory: string): void {
  given.delete(directory);
}

/** @param secrets As `secretsIn` gives them. */
export function masker(secrets: readonly string[]): Masker {
  return makeMasker(secrets);
}

/**
 * A program that runs another one, and hides the attempt's secrets in its output: for a runtime whose programs write to
 * their log themselves. `node -e SCRIPT DIRECTORY COMMAND...`; it ends as the program does. Signals go to the group: this
 * one outlives them, so that the last words are masked, too.
 */
export const MASKING_SCRIPT = `
const fs = require('node:fs');
const textsOf = ${textsOf};
const makeMasker = ${makeMasker};
const [directory, command, ...args] = process.argv.slice(1);
const secrets = textsOf(fs.readdirSync(directory + '/secrets').map((name) => fs.readFileSync(directory + '/secrets/' + name, 'latin1')));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {});
const child = require('node:child_process').spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
const streams = [[child.stdout, process.stdout], [child.stderr, process.stderr]];
const ended = streams.map(([from, to]) => new Promise((resolve) => {
  const mask = makeMasker(secrets);
  from.on('data', (bytes) => to.write(mask.push(bytes)));
  from.on('end', () => { to.write(mask.flush()); resolve(); });
}));
child.on('error', (error) => { console.error(error.message); process.exit(127); });
child.on('exit', async (code, signal) => {
  // What it left in the background may keep its streams open.
  await Promise.race([Promise.all(ended), new Promise((resolve) => setTimeout(resolve, 2000))]);
  process.exit(code ?? 128 + require('node:os').constants.signals[signal]);
});`;

/** The program may have put anything beside its secrets: only files count. */
function readSecrets(folder: string): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder).flatMap((name) => {
    try {
      return readAttemptFileSync(path.join(folder, name), MOST).toString('latin1');
    } catch {
      return [];
    }
  });
}

/** Self-contained, as is the next: their text is a part of the script above. */
function textsOf(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => [value, ...value.split(/\r?\n/).filter((line) => line.trim().length > 3)]);
  return [...new Set(lines.map((line) => line.trim()))].filter((line) => line !== '');
}

/** In latin1 every byte is a letter: any output passes unharmed. */
function makeMasker(secrets: readonly string[]): Masker {
  let held = '';
  /** How much of the beginning of `held` is the end of a secret that was hidden already. */
  let hidden = 0;
  /** How much of the end may be the beginning of a secret. */
  const beginning = (text: string) => {
    let most = 0;
    for (const secret of secrets) {
      for (let size = Math.min(secret.length - 1, text.length); size > most; size--) {
        if (secret.startsWith(text.slice(text.length - size))) most = size;
      }
    }
    return most;
  };
  /** Where a secret begins and ends, by its beginning. */
  const places = (text: string) => {
    const found: [number, number][] = [];
    for (const secret of secrets) {
      for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
        found.push([at, at + secret.length]);
    }
    return found.sort(([one], [other]) => one - other);
  };
  /** Passes what is before `end`, secrets that overlap as one, and holds the rest: no secret that begins before it goes on. */
  const pass = (text: string, end: number) => {
    let passed = '';
    let at = hidden;
    for (const [start, stop] of places(text)) {
      if (start >= end) break;
      if (start >= at) passed += `${text.slice(at, start)}***`;
      at = Math.max(at, stop);
    }
    passed += text.slice(at, Math.max(at, end));
    held = text.slice(end);
    hidden = Math.max(0, at - end);
    return Buffer.from(passed, 'latin1');
  };
  return {
    push(bytes) {
      const text = held + bytes.toString('latin1');
      return pass(text, text.length - beginning(text));
    },
    flush: () => pass(held, held.length),
  };
}
