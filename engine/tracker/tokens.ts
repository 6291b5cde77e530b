import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { realDisk } from '../store/disk';
import { writeDurably } from '../store/durable';

/** Whom a token speaks for: a person with the workspace, or the node of one run. */
export type Scope = { kind: 'workspace' } | { kind: 'run'; runId: string };

export interface Tokens {
  tokenFor(scope: Scope): string;
  /** null where the token is nobody's. */
  scopeOf(token: string): Scope | null;
}

const RUN = /^run\.([a-zA-Z0-9][\w-]{0,255})\.([\w-]{43})$/;
const WORKSPACE = /^workspace\.([\w-]{43})$/;

/** Tokens are made of a secret in the store, so that a node which outlives its engine can log to the next one. */
export async function openTokens(folder: string): Promise<Tokens> {
  const file = path.join(folder, 'secret');
  let secret = await realDisk.read(file);
  if (secret?.length !== 32) {
    secret = randomBytes(32);
    await writeDurably(file, secret, { mode: 0o600 });
  }
  await fs.chmod(file, 0o600);
  return tokensOf(secret);
}

export function tokensOf(secret: Buffer): Tokens {
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url');
  return {
    tokenFor(scope) {
      if (scope.kind === 'workspace') return `workspace.${sign('workspace')}`;
      return `run.${scope.runId}.${sign(`run ${scope.runId}`)}`;
    },
    scopeOf(token) {
      const [, workspace] = WORKSPACE.exec(token) ?? [];
      if (workspace !== undefined) return same(workspace, sign('workspace')) ? { kind: 'workspace' } : null;
      const [, runId, signature] = RUN.exec(token) ?? [];
      if (runId === undefined || signature === undefined) return null;
      return same(signature, sign(`run ${runId}`)) ? { kind: 'run', runId } : null;
    },
  };
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
