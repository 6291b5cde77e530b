import { constants } from 'node:os';
import type { Exit } from './runtime';

const SIGNALS = new Map<number, string>(
  ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGPIPE']
    .concat(['SIGALRM', 'SIGTERM', 'SIGXCPU', 'SIGXFSZ', 'SIGSYS', 'SIGUSR1', 'SIGUSR2'])
    .flatMap((name) => {
      const number = new Map(Object.entries(constants.signals)).get(name);
      return number === undefined ? [] : [[number, name] as const];
    }),
);

/**
 * The status of a shell or a container as code or signal: 128 + n stands for signal n in both. (A program that itself
 * exits with such a code cannot be told apart, by them or by us.)
 */
export function codeOrSignal(status: number): Pick<Exit, 'code' | 'signal'> {
  const signal = status > 128 ? SIGNALS.get(status - 128) : undefined;
  return signal ? { code: null, signal } : { code: status, signal: null };
}
