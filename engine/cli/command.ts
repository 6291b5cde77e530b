import type { Command } from 'commander';
import { spelledJson } from '../protocol';
import type { Io } from './io';
import { type Palette, palette } from './screen/palette';

/** What every command takes. */
export interface CommonOptions {
  json?: boolean;
  workspace?: string;
}

/** What a command works with. */
export interface Context {
  io: Io;
  /** For standard output and standard error. */
  out: Palette;
  err: Palette;
  /** Sets the exit code of the command (EXIT); 0 where none does. */
  exit(code: number): void;
}

export function contextOf(io: Io, exit: (code: number) => void): Context {
  return { io, out: palette(io.colour.out), err: palette(io.colour.err), exit };
}

/** Adds a command with the options that all have. */
export function addCommand(program: Command, usage: string, summary: string): Command {
  return program
    .command(usage)
    .description(summary)
    .option('--json', 'print one JSON object on standard output')
    .option('-w, --workspace <dir>', 'root of the workspace (default: the nearest folder with .scanflow or .git)');
}

/** The one result of a command: as JSON for programs, as text for people. */
export function printResult({ io }: Context, { json }: CommonOptions, result: unknown, text: () => string): void {
  io.out(json ? `${spelledJson(result)}\n` : text());
}
