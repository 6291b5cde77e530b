import os from 'node:os';
import path from 'node:path';

/**
 * The folder for a person's settings. An empty or relative name in the environment counts as none, as the XDG specification
 * wants it: it would be a folder of where a command begins, which a stranger may have filled.
 */
export function configFolder(): string {
  return absolute(process.env.XDG_CONFIG_HOME) ?? path.join(homeFolder(), '.config');
}

/** What the environment names; null for nothing, and for what is relative. */
export const absolute = (named: string | undefined): string | null => (named && path.isAbsolute(named) ? named : null);

/** `$HOME` where it is one; where the system knows none either, a folder with nothing of anybody's. */
export function homeFolder(): string {
  try {
    return absolute(os.homedir()) ?? os.userInfo().homedir;
  } catch {
    return path.parse(process.cwd()).root;
  }
}
