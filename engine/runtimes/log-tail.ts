import path from 'node:path';
import { readAttemptFile } from './attempt-file';

/**
 * The last bytes of an attempt's log.
 *
 * @throws where there is no log.
 */
export async function logTail(directory: string, bytes: number): Promise<string> {
  return (await readAttemptFile(path.join(directory, 'log'), bytes)).toString('utf8');
}
