import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { runtimeFault } from '../faults';

/**
 * The absolute path of a command's first word, found as the system would: a name in the `PATH`, anything with a slash
 * from the working directory.
 *
 * @throws SF4004 where there is none, SF4005 where what there is cannot be executed.
 */
export function findExecutable(command: string, work: string, pathVariable: string): string {
  const named = command !== '' && !/[/\\]/.test(command);
  const folders = named ? pathVariable.split(path.delimiter).filter((folder) => path.isAbsolute(folder)) : [work];
  let present: string | null = null;
  for (const folder of folders) {
    for (const ending of endings()) {
      const candidate = path.resolve(folder, command + ending);
      const verdict = judge(candidate);
      if (verdict === 'executable') return candidate;
      if (verdict === 'present') present ??= candidate;
    }
  }
  if (present) throw runtimeFault('notExecutable', `\`${command}\` is ${present}, without the right to execute it.`);
  const where = named ? `\`${command}\` is in no folder of the PATH.` : `\`${command}\`.`;
  throw runtimeFault('noCommand', where);
}

/** Windows finds programs by their endings. Batch files need a shell, which never sees our arguments: they are refused. */
function endings(): string[] {
  return process.platform === 'win32' ? ['', '.exe', '.com'] : [''];
}

function judge(candidate: string): 'absent' | 'present' | 'executable' {
  try {
    if (!statSync(candidate, { throwIfNoEntry: false })?.isFile()) return 'absent';
    accessSync(candidate, constants.X_OK);
    return 'executable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'present' : 'absent';
  }
}
