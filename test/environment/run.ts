import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program to its end. @returns what it wrote to stdout, trimmed. @throws with its stderr. */
export async function run(program: string, args: string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout } = await execute(program, args, { env, maxBuffer: 1 << 26 });
  return stdout.trim();
}
