import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

const HOUR = 3_600_000;
const UNIQUE = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A place of its own beside `target`, to write what is then renamed to it: a kill in the middle leaves what was there. What
 * killed attempts left in the folder an hour ago is removed.
 */
export function asideOf(target: string): string {
  const folder = path.dirname(target);
  for (const name of readdirSync(folder).filter((name) => UNIQUE.test(name))) {
    const left = path.join(folder, name);
    try {
      if (Date.now() - statSync(left).mtimeMs > HOUR) rmSync(left, { recursive: true, force: true });
    } catch {
      // Another's, or gone: it costs space, and is no reason to fail.
    }
  }
  return `${target}.${randomUUID()}`;
}
