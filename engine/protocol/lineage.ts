import type { Json } from './node-contract';

/** Where something came from: executions and the content that went in and out of them, back to the bytes of the sources. */
export interface Lineage {
  /** What was asked for. */
  thing: string;
  /** The content that it is: digests. */
  of: string[];
  entities: LineageEntity[];
  executions: LineageExecution[];
  /** Which execution took which content. */
  used: LineageLink[];
  /** Which execution made which content. */
  made: LineageLink[];
}

/** A file or folder by its content. */
export interface LineageEntity {
  digest: string;
  /** `absent`: it was collected as garbage, or never was in this store. */
  kind: 'file' | 'folder' | 'absent';
  /** null where it is absent. */
  bytes: number | null;
  /** Every name that it went by: `sources.clean (data/train.npz)`, `model@training.model`, `train.py`. */
  names: string[];
  /** Relative to the workspace. */
  path: string;
  /** What it is in the graph: data from outside, a program's file, the workflow's own text, or what a node made. */
  role: 'source' | 'program' | 'workflow' | 'output';
}

export interface LineageExecution {
  /** `RUN/STEP`. */
  id: string;
  run: string;
  step: string;
  node: string;
  workflow: string;
  /** The workflow's file, relative to the workspace. */
  file: string;
  startedAt: string | null;
  endedAt: string | null;
  by: string;
  runtime: 'process' | 'docker';
  /** The digest of the image, or of the requirements. */
  environment: string | null;
  command: string[];
  parameters: Record<string, Json>;
  metrics: Record<string, number>;
  exitCode: number | null;
  git: { commit: string; branch: string; repository: string; changed: number } | null;
  /** The tracker's run with what it logged. */
  tracked: string | null;
  /** What rules did to predictions, by the names that they have in the file: `below zero: vetoed 3 predictions` (R97). */
  rules: string[];
}

export interface LineageLink {
  execution: string;
  digest: string;
  /** `data`, `reports/0`; `train.py`; `workflow`. */
  port: string;
}
