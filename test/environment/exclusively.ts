import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does something that only one process of this machine may do at a time. The system frees the lock of a process that has
 * died, which no pid in a file does: another process may have that pid by now.
 */
export async function exclusively<T>(lock: string, action: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(lock), { recursive: true });
  const held = new DatabaseSync(`${lock}.db`);
  try {
    while (!begins(held)) await sleep(200);
    return await action();
  } finally {
    held.close();
  }
}

function begins(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked/.test((error as Error).message)) return false;
    throw error;
  }
}
