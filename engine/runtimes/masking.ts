import fs from 'node:fs';

/** Hides texts in what flows by: give it bytes, get back bytes; what may be the beginning of a text is held until the next. */
export interface Masker {
  push(bytes: Buffer): Buffer;
  /** What is still held. */
  flush(): Buffer;
}

/**
 * The texts that must not be seen: the values of the secrets that an attempt has as files in its folder, and each line of
 * those with several. The longest first, so that none hides a part of another.
 */
export function secretsIn(directory: string): string[] {
  return readSecrets(fs, directory);
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
const readSecrets = ${readSecrets};
const makeMasker = ${makeMasker};
const [directory, command, ...args] = process.argv.slice(1);
const secrets = readSecrets(require('node:fs'), directory);
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

/** Self-contained, as is the next: their text is a part of the script above. */
function readSecrets(files: Pick<typeof fs, 'readdirSync' | 'readFileSync'>, directory: string): string[] {
  let names: string[] = [];
  try {
    names = files.readdirSync(`${directory}/secrets`);
  } catch {
    return [];
  }
  const values = names.map((name) => files.readFileSync(`${directory}/secrets/${name}`, 'latin1').trim());
  const lines = values.flatMap((value) => [value, ...value.split(/\r?\n/).filter((line) => line.trim().length > 3)]);
  return [...new Set(lines.map((line) => line.trim()))]
    .filter((line) => line !== '')
    .sort((one, other) => other.length - one.length);
}

/** In latin1 every byte is a letter: any output passes unharmed. */
function makeMasker(secrets: readonly string[]): Masker {
  let held = '';
  const hide = (text: string) => secrets.reduce((all, secret) => all.replaceAll(secret, '***'), text);
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
  return {
    push(bytes) {
      const text = hide(held + bytes.toString('latin1'));
      const end = text.length - beginning(text);
      held = text.slice(end);
      return Buffer.from(text.slice(0, end), 'latin1');
    },
    flush() {
      const text = held;
      held = '';
      return Buffer.from(text, 'latin1');
    },
  };
}
