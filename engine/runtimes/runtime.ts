import type { Executor } from '../../graph';

/**
 * Where a node's program runs: the same for every technology (paper 2.2.2). A runtime knows nothing of graphs, runs or
 * caches; it starts attempts, says how they ended, and leaves nothing behind. One conformance suite holds for all.
 */
export interface Runtime {
  readonly name: 'process' | 'docker';
  /** What it can't do here, for a person; known after `check`. */
  readonly limits: readonly string[];
  /** What nodes may ask for and it can't enforce here; known after `check`. */
  readonly unenforced: readonly Limit[];
  /** Can it work on this machine? Throws an `environment` fault with the remedy. */
  check(): Promise<void>;
  /**
   * Makes the environment that a program needs: an image, a virtual environment. What exists is used again.
   * @param progress gets lines for a person.
   */
  prepare(program: ProgramSpec, progress: (line: string) => void, signal: AbortSignal): Promise<Environment>;
  /** Where an attempt in this directory finds its files. Pure. */
  layout(directory: string, cache: string): Layout;
  /** Opens the run's own place (a private network). Idempotent: a run that was open is joined. */
  openRun(run: RunScope): Promise<OpenRun>;
  /** Takes away all that the run made: containers, networks. Idempotent. */
  closeRun(run: RunScope): Promise<void>;
  /** Starts an attempt. Idempotent by its identity: one that exists is adopted, never started twice. */
  start(attempt: AttemptSpec): Promise<void>;
  /** Waits for the end. May be called by another engine than the one that started it. Throws SF4007 (`LOST`) where nobody knows it. */
  wait(attempt: AttemptSpec): Promise<Exit>;
  /** Asks it to stop, and kills it after the grace period (seconds). Returns when it is gone. Idempotent. */
  stop(attempt: AttemptSpec, grace: number): Promise<void>;
  /** What the outer world knows of it: for recovery. */
  inspect(attempt: AttemptSpec): Promise<'absent' | 'running' | 'exited' | 'lost'>;
  /**
   * Of an attempt that is over, the names of the inputs that are not what they were when it began: it, or another program
   * at that time, wrote to them. Empty where the runtime keeps programs from it.
   */
  changedInputs(attempt: AttemptSpec): Promise<string[]>;
  /** Removes what remains of an attempt whose exit was recorded. Its directory stays. */
  release(attempt: AttemptSpec): Promise<void>;
  /**
   * Removes what runs of this workspace left behind that no engine owns any more (after a crash, without a journal), and
   * where a dead engine was making an image. Never touches another workspace's, nor anything that is not ours.
   * @returns what was removed, or would be, for a person.
   */
  sweep(workspace: string, options: SweepOptions): Promise<string[]>;
}

/** What a node may ask for that its programs are held to. */
export type Limit = 'cpus' | 'memory' | 'gpus' | 'network';

export interface SweepOptions {
  /** Asked, after it was found, for each run of which something is there: is it to stay? */
  goesOn(run: string): Promise<boolean>;
  /** Only looks. */
  dryRun?: boolean;
}

/** What a program needs of its surroundings: resolved paths, no graph. */
export type ProgramSpec =
  | { kind: 'builtin'; name: string }
  | {
      kind: 'command';
      /** Absolute paths. */
      image?: string;
      build?: string;
      requirements?: string;
      /** The first word of the command. Where none of the above is given, the default image is chosen by it. */
      program?: string;
    };

/** A prepared environment. Plain data: it is journaled with the attempt. */
export interface Environment {
  /** Enters the cache key: an image digest, a hash of the requirements and the interpreter, a hash of the bundle. */
  identity: string;
  /** For a person: the image, the virtual environment. */
  description: string;
  /** What the runtime needs to start in it. */
  handle: Record<string, string>;
}

export interface RunScope {
  /** Hash of the workspace's path: labels all that is made. */
  workspace: string;
  run: string;
}

export interface OpenRun {
  /** Addresses of this host on which the tracker must listen for nodes to reach it (always loopback for processes). */
  listen: string[];
  /** The host name by which nodes reach the tracker. */
  trackerHost: string;
}

/** One attempt, as data: journaled before it is started. */
export interface AttemptSpec extends RunScope {
  /** The step's name, `node[version]@phase`. */
  step: string;
  /** From 1. */
  number: number;
  /**
   * Absolute folder of this attempt on the host, made by the engine:
   * `work/` (working directory, the program's files), `inputs/`, `outputs/`, `params.json`, `log`, `progress`, `task.json`,
   * `secrets/`. A runtime may add files of its own in `runtime/`.
   */
  directory: string;
  /** Absolute folder that persists between runs. */
  cache: string;
  environment: Environment;
  /** For `builtin`: the node's name; the runtime makes the command of it. */
  builtin: string | null;
  /** Already substituted with the paths of `layout`. Empty for a built-in node and for an image's own entry point. */
  command: string[];
  env: Record<string, string>;
  /** Files and folders to show read-only at `inputs/<name>` (names may have one slash: `port/0`). */
  inputs: { name: string; source: string }[];
  resources: Executor['resources'];
  network: Executor['network'];
}

/** The places of the node contract as the node sees them: the host's in processes, fixed POSIX paths in containers. */
export interface Layout {
  work: string;
  inputs: string;
  outputs: string;
  params: string;
  progress: string;
  task: string;
  secrets: string;
  cache: string;
}

export interface Exit {
  /** null where a signal or the runtime ended it. */
  code: number | null;
  signal: string | null;
  /** Memory ran out for one of its processes: it, or with exit code 0 one that it had started and could do without. */
  outOfMemory: boolean;
  startedAt: string;
  endedAt: string;
  /** Seconds of CPU, bytes at the peak; null where nobody measured. */
  cpuSeconds: number | null;
  memoryPeak: number | null;
}
