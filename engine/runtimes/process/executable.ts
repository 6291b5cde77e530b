import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { runtimeFault } from '../faults';

/**
 * The absolute path of a command's first word, found as the system would: a name in the `PATH`, anything with a slash
 * from the working directory.
 *
 * @throws SF4004 where there is none, SF4005 where what there is cannot be executed.
 */
export async function findExecutable(command: string, work: string, pathVariable: string): Promise<string> {
  const named = command !== '' && !/[/\\]/.test(command);
  const folders = named ? pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder)) : [work];
  let present: string | null = null;
  for (const folder of folders) {
    for (const ending of endings()) {
      const candidate = path.resolve(folder, command + ending);
      const verdict = await judge(candidate);
      if (verdict === 'executable') return candidate;
      if (verdict === 'present') present ??= candidate;
    }
  }
  if (present) throw runtimeFault('notExecutable', `\`${command}\` is ${present}, without the right to execute it.`);
  const where = named
    ? `\`${command}\` is in no folder of the PATH (${folders.join(path.delimiter)}).`
    : `\`${command}\`.`;
  throw runtimeFault('noCommand', where);
}

/** Windows finds programs by their endings. Batch files need a shell, which never sees our arguments: they are refused. */
function endings(): string[] {
  return process.platform === 'win32' ? ['', '.exe', '.com'] : [''];
}

async function judge(candidate: string): Promise<'absent' | 'present' | 'executable'> {
  try {
    if (!(await stat(candidate)).isFile()) return 'absent';
    await access(candidate, constants.X_OK);
    return 'executable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'present' : 'absent';
  }
}
