import type { Joined, Refusal } from '../host';
import type { EngineClient } from '../protocol';

/** What asks a command to end: Ctrl-C (or SIGTERM, SIGHUP), or that nobody reads its output any more. */
export type Interrupt = 'signal' | 'reader';

/** The outer world of one command, so that a test can be one. */
export interface Io {
  /** Results: standard output. */
  out(text: string): void;
  /** Progress, logs, errors: standard error. */
  err(text: string): void;
  /** Where standard error is a terminal that can be painted on: its size now. */
  terminal: (() => { columns: number; rows: number }) | null;
  /** Whether colours are welcome on each stream. */
  colour: { out: boolean; err: boolean };
  env: ReadonlyMap<string, string>;
  cwd: string;
  version: string;
  /** Folder of the programs: this command, the built-in nodes. */
  installation: string;
  /**
   * Calls the listener for each signal, and when the reader leaves before any signal came, until disposed; without a
   * listener, signals end the process.
   */
  onInterrupt(listener: (by: Interrupt) => void): { dispose(): void };
  /** The engine of a workspace: joined, hosted here, or (detach) started in the background. */
  join(workspace: string, options: { detach: boolean }): Promise<Joined>;
  /** Opens the engine in this process, for the `engine` command alone. */
  open(workspace: string): Promise<EngineClient>;
  /** Tells the process that started this one why it can't do its work. */
  tellParent(refusal: Refusal): void;
}
