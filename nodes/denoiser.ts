import { type Backend, type Denoiser, denoise } from '../learning';
import type { NodeContext } from './contract';
import { groupsOfImages } from './corruption-groups';
import { isText, type NumberColumn, truthAsFractions } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { featuresOf } from './data/samples';
import { pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { loadDenoisers } from './denoiser-file';
import { nodeFault } from './faults';
import { onBackend } from './training';

/** The denoiser of a compound (Algorithm 12): samples that the router takes for corrupted are denoised, all others pass. */
export default async function denoiser(node: NodeContext): Promise<void> {
  const table = readTable(node.input('data'), 'Input data');
  const column = imagesOf(table);
  const denoised = new Map<number, Float32Array>();
  let from = 'one denoiser';
  await onBackend(async (backend) => {
    const { denoisers, groups } = await loadDenoisers(backend, node.input('denoiser'));
    if (table.count === 0) return;
    const home = groups ? groupsOfImages(groups, featuresOf(table)) : new Int32Array(table.count);
    const counts: number[] = [];
    for (const [group, each] of denoisers.entries()) {
      const rows = Array.from(home.keys()).filter((row) => home[row] === group);
      const images = await denoisedRows(backend, each, table, rows);
      for (const [row, image] of images) denoised.set(row, image);
      counts.push(images.size);
    }
    if (groups) from = `${denoisers.length} denoisers (${counts.join(', ')})`;
  });
  writeTable(node.output('data'), replaceImages(table, column, denoised));
  node.log(`${denoised.size} of ${table.count} samples denoised, by ${from}`);
  node.tracking.metrics({ count: table.count, denoised: denoised.size });
}

/** Of these rows those that the router sends through, and what they become. */
async function denoisedRows(
  backend: Backend,
  denoiser: Denoiser,
  table: Table,
  rows: readonly number[],
): Promise<Map<number, Float32Array>> {
  if (rows.length === 0) return new Map();
  const changed = await denoise(backend, denoiser, featuresOf(pickSamples(table, rows)));
  return new Map([...changed].map(([at, image]) => [rows[at]!, image]));
}

/** The images, ready to be changed. @throws SF7117 where the samples are none. */
export function imagesOf(table: Table): NumberColumn {
  const column = table.columns.get('x');
  const dimensions = column?.shape.length ?? 0;
  const images = dimensions === 2 || dimensions === 3;
  if (column && !isText(column) && images && !/int64|uint64/.test(column.type)) return truthAsFractions(column);
  const remedy = 'Give arrays of (height, width) or (height, width, channels), as bytes or fractions.';
  throw nodeFault('SF7117', `${table.where} has no images.`, remedy);
}

function replaceImages(table: Table, column: NumberColumn, images: ReadonlyMap<number, Float32Array>): Table {
  const values = column.values.slice();
  const fractions = column.type.startsWith('float');
  for (const [row, image] of images) {
    for (const [i, brightness] of image.entries()) {
      values[row * image.length + i] = fractions ? brightness : Math.round(brightness * 255);
    }
  }
  const named = table.columns.has('id') ? table : withColumn(table, 'id', textColumn(idsOf(table)));
  return withColumn(named, 'x', { ...column, values });
}
