import { readFileSync, statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { asTexts, isMissing } from '../../nodes/data/column';
import { beginsAsParquet } from '../../nodes/data/decoded';
import { idsOf } from '../../nodes/data/identity';
import { readTable } from '../../nodes/data/read';
import { featuresOf, spelling } from '../../nodes/data/samples';
import { labelName, type Table } from '../../nodes/data/table';
import { type Neighbours, neighbours } from '../../nodes/nearest';
import { lossesOf } from './losses';
import { apartOf, errorMap, type Face, overlaid, rowOf, thumbsOf, withPictures } from './pictures';
import type { SampleAnswers, SampleQuestion } from './questions';
import type { Sample, Variant } from './sample';
import { compareSample, scaleLike, scaleOf, showSample } from './show-sample';

/** A thread of its own that reads datasets: the same reader, and the same ids, as the nodes that asked. */

export interface Asked {
  id: number;
  question: SampleQuestion;
}
export type Answered = { id: number } & ({ answer: SampleAnswers[keyof SampleAnswers] } | { error: string });

interface Opened extends Face {
  key: string;
  ids: string[];
  rows: Map<string, number>;
  /** On the scale of the data: what is equal looks equal. */
  reconstruction: Face | null;
  near: Neighbours | null;
  /** Null: none of the sample, or of all. */
  labels: (string | null)[] | null;
}

/** Data, clean data and inspection of the task at hand, and of the report beside it. */
const KEPT = 4;
let opened: Opened[] = [];

const keyOf = (file: string) => `${file} ${statSync(file).mtimeMs}`;

function open(file: string): Opened {
  const key = keyOf(file);
  const known = opened.find((one) => one.key === key);
  if (known) return known;
  const table = readTable(file, 'The data of the task');
  const again = withPictures(table, 'reconstruction');
  const ids = idsOf(table);
  const scale = scaleOf(table);
  const fresh: Opened = {
    key,
    table,
    ids,
    rows: new Map(ids.map((id, row) => [id, row])),
    scale,
    reconstruction: again && { table: again, scale: scaleLike(scale, table, again) },
    near: null,
    labels: labelsIn(table),
  };
  opened = [fresh, ...opened].slice(0, KEPT);
  return fresh;
}

/** Whatever stands there: samples wait here for labels, so some may have none. */
function labelsIn(table: Table): (string | null)[] | null {
  const name = labelName(table);
  if (name === undefined) return null;
  return asTexts(table.columns.get(name)!).map((label) => (isMissing(label) ? null : spelling(label)));
}

const gone = (why: string): Sample => ({ kind: 'missing', why });

function show(data: Opened, id: string, variant: Variant): Sample {
  const row = data.rows.get(id);
  if (row === undefined) return gone('It is not in the data.');
  const compared = data.reconstruction && compareSample(data.table, data.reconstruction.table, row);
  if (compared) return compared;
  if (variant === 'data' || variant === 'clean') return showSample(data.table, row, data.scale);
  if (!data.reconstruction) return gone('The detector left no reconstruction of it.');
  if (variant === 'reconstruction') return showSample(data.reconstruction.table, row, data.reconstruction.scale);
  const original = showSample(data.table, row, data.scale);
  const apart = apartOf(data, data.reconstruction, row);
  return original.kind === 'image' && apart
    ? (variant === 'overlay' ? overlaid : errorMap)(original, apart)
    : gone('It is no picture.');
}

function near(data: Opened): Neighbours {
  data.near ??= neighbours(featuresOf(data.table));
  return data.near;
}

function answer(question: SampleQuestion): SampleAnswers[keyof SampleAnswers] {
  const data = open(question.file);
  switch (question.kind) {
    case 'samples':
      return question.ids.map((id) => ({ id, sample: show(data, id, question.variant) }));
    case 'thumbs': {
      const rows = question.ids.flatMap((id) => {
        const row = data.rows.get(id);
        return row === undefined ? [] : [{ id, row }];
      });
      if (question.variant !== 'error' && question.variant !== 'overlay') {
        const { table, scale } = (question.variant === 'reconstruction' && data.reconstruction) || data;
        return thumbsOf(table, rows, scale);
      }
      const maps = rows.map(({ id }) => ({ id, map: show(data, id, question.variant) }));
      const shown = maps.flatMap(({ id, map }) => (map.kind === 'image' ? [{ id, map }] : []));
      const [first] = shown;
      if (!first) return null;
      const { width, height } = first.map;
      const pixels = new Uint8Array(shown.length * first.map.pixels.length);
      for (const [at, { map }] of shown.entries()) pixels.set(map.pixels, at * first.map.pixels.length);
      return { ids: shown.map(({ id }) => id), width, height, channels: 3, pixels };
    }
    case 'twins': {
      const clean = open(question.clean);
      const row = data.rows.get(question.id);
      if (row === undefined) return [];
      const query = featuresOf(rowOf(data.table, row), featuresOf(clean.table).names);
      const [found = []] = near(clean).of(query, Math.min(question.count, clean.table.count));
      return found.map(({ row: at, distance }) => ({
        id: clean.ids[at]!,
        label: clean.labels?.[at] ?? null,
        distance,
      }));
    }
    case 'similar': {
      const row = data.rows.get(question.id);
      if (row === undefined) return [];
      const [found = []] = near(data).of(
        featuresOf(rowOf(data.table, row), featuresOf(data.table).names),
        data.table.count,
      );
      return found.map(({ row: at }) => data.ids[at]!);
    }
    case 'losses':
      return {
        losses: lossesOf(data.table, data.ids, data.reconstruction?.table ?? null),
        report: question.report === null ? null : (JSON.parse(readFileSync(question.report, 'utf8')) as unknown),
      };
  }
}

/** Reading Parquet has to wait, what shows samples does not: it is decoded before. Another format is read where it is asked for. */
async function decodeParquetFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (!statSync(file).isFile() || !beginsAsParquet(file)) continue;
    const { decodeParquet } = await import('../../nodes/data/parquet');
    await decodeParquet(file, 'The data of the task');
  }
}

/** The answer to one question, or why there is none. */
export async function reply({ id, question }: Asked): Promise<Answered> {
  try {
    const files = [question.file, ...('clean' in question ? [question.clean] : [])];
    // What is open already is kept; a file that was written anew is decoded anew.
    await decodeParquetFiles(files.filter((file) => !opened.some(({ key }) => key === keyOf(file))));
    return { id, answer: answer(question) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

// One after the other: two questions about a file that is not open yet would read it twice.
let turn = Promise.resolve();
parentPort?.on('message', (asked: Asked) => {
  turn = turn.then(async () => parentPort?.postMessage(await reply(asked)));
});
