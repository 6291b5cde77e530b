import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Step } from '../plan';
import { fault, secretVariable } from '../protocol';
import { masker, secretsIn } from '../runtimes/masking';

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
  for (const name of step.secrets) {
    await writeFile(path.join(directory, 'secrets', name), secretOf(name, step.name), { mode: 0o600 });
  }
}

/** An attempt that has ended leaves its secrets nowhere. */
export async function forgetSecrets(directory: string): Promise<void> {
  if (secretsIn(directory).length === 0) return;
  await rm(path.join(directory, 'secrets'), { recursive: true, force: true });
  // The node's own words of how far it was: told, and of no more use.
  await rm(path.join(directory, 'progress'), { force: true });
}

/** What a running node says of itself, without its secrets. */
export function withoutSecrets(directory: string, text: string): string {
  const secrets = secretsIn(directory);
  if (secrets.length === 0) return text;
  const mask = masker(secrets);
  return Buffer.concat([mask.push(Buffer.from(text)), mask.flush()]).toString('utf8');
}
