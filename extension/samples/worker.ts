import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { idsOf } from '../../nodes/data/identity';
import { readTable } from '../../nodes/data/read';
import type { Table } from '../../nodes/data/table';
import type { Sample } from './sample';
import { type Scale, scaleOf, showSample } from './show-sample';

/** A thread of its own that reads datasets: the same reader, and the same ids, as the nodes that asked. */

export interface SamplesQuestion {
  id: number;
  file: string;
  ids: string[];
}

export type SamplesAnswer = { id: number } & ({ samples: { id: string; sample: Sample }[] } | { error: string });

interface Opened {
  key: string;
  table: Table;
  rows: Map<string, number>;
  scale: Scale;
}

/** Data and clean data of the task at hand. */
const KEPT = 2;
let opened: Opened[] = [];

function open(file: string): Opened {
  const key = `${file} ${statSync(file).mtimeMs}`;
  const known = opened.find((one) => one.key === key);
  if (known) return known;
  const table = readTable(file, 'The data of the task');
  const fresh = { key, table, rows: new Map(idsOf(table).map((id, row) => [id, row])), scale: scaleOf(table) };
  opened = [fresh, ...opened].slice(0, KEPT);
  return fresh;
}

parentPort?.on('message', ({ id, file, ids }: SamplesQuestion) => {
  let answer: SamplesAnswer;
  try {
    const { table, rows, scale } = open(file);
    const samples = ids.map((sample) => {
      const row = rows.get(sample);
      if (row === undefined) return { id: sample, sample: { kind: 'missing' as const, why: 'It is not in the data.' } };
      return { id: sample, sample: showSample(table, row, scale) };
    });
    answer = { id, samples };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
