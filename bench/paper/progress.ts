import { appendFileSync } from 'node:fs';
import type { Cells } from './cells';
import { wantedCells } from './experiment';
import type { Options } from './options';

/** Where this runs as a node of a graph: how much of what it is to measure there is (docs/node-contract.md). */
export function tellProgress(options: Options, cells: Cells): void {
  const file = process.env.SCANFLOW_PROGRESS;
  const wanted = wantedCells(options);
  if (file === undefined || wanted.length === 0) return;
  const done = wanted.filter((key) => cells.has(key)).length;
  const progress = { done: done / wanted.length, message: `${done} of ${wanted.length} measurements` };
  appendFileSync(file, `${JSON.stringify(progress)}\n`);
}
