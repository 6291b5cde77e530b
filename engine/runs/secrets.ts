import { chmod, lstat, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Step } from '../plan';
import { fault, secretVariable } from '../protocol';
import { dropSecrets, masker, rememberSecrets, secretsIn } from '../runtimes/masking';

function secretOf(name: string, step: string): string {
  const value = process.env[secretVariable(name)];
  if (value !== undefined && value !== '') return value;
  throw fault(
    'SF3030',
    'request',
    `Secret ${name}, which ${step} needs, is not set.`,
    `Set ${secretVariable(name)} in the environment of the engine, then run again.`,
  );
}

/** All secrets of a plan are there, before anything of it begins. @throws SF3030. */
export function requireSecrets(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.role === 'execute') for (const name of step.secrets) secretOf(name, step.name);
  }
}

/** Gives an attempt its secrets, as files that only their owner reads. @throws SF3030. */
export async function writeSecrets(directory: string, step: Step): Promise<void> {
  const secrets = step.secrets.map((name) => ({ name, value: secretOf(name, step.name) }));
  if (secrets.length === 0) return;
  const values = secrets.map(({ value }) => value);
  rememberSecrets(directory, values);
  for (const { name, value } of secrets) await writeFile(path.join(directory, 'secrets', name), value, { mode: 0o600 });
}

/** An attempt that has ended leaves its secrets nowhere, whatever it made of their folder. */
export async function forgetSecrets(directory: string, step: Step): Promise<void> {
  if (step.secrets.length > 0) await removeSecrets(directory, step);
  // Last: who asks before is told what is remembered, and reads no files that would be remembered again.
  dropSecrets(directory);
}

async function removeSecrets(directory: string, step: Step): Promise<void> {
  const folder = path.join(directory, 'secrets');
  // Not through a link.
  if ((await lstat(folder).catch(() => null))?.isDirectory()) {
    await chmod(folder, 0o700).catch(() => {});
    for (const name of step.secrets) await remove(path.join(folder, name));
  }
  await remove(folder);
  // The node's own words of how far it was: told, and of no more use.
  await remove(path.join(directory, 'progress'));
}

/** What can't be removed is another user's, which a program in a container may have been: no file of ours. */
async function remove(place: string): Promise<void> {
  await rm(place, { recursive: true, force: true }).catch(() => {});
}

/** What a running node says of itself, without its secrets. */
export function withoutSecrets(directory: string, step: Step, text: string): string {
  if (step.secrets.length === 0) return text;
  const mask = masker(secretsIn(directory));
  return Buffer.concat([mask.push(Buffer.from(text)), mask.flush()]).toString('utf8');
}
