import { reconstruct, reconstructionLoss } from '../learning';
import type { NodeContext } from './contract';
import { isText, type NumberColumn } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { featuresOf } from './data/samples';
import { pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { loadDenoiser } from './denoiser-file';
import { nodeFault } from './faults';
import { onBackend } from './training';

/** The denoiser of a compound (Algorithm 12): samples that the router takes for corrupted are denoised, all others pass. */
export default async function denoiser(node: NodeContext): Promise<void> {
  const table = readTable(node.input('data'), 'Input data');
  const column = imagesOf(table);
  const { routed, denoised } = await onBackend(async (backend) => {
    const { model, threshold } = await loadDenoiser(backend, node.input('denoiser'));
    if (table.count === 0) return { routed: [], denoised: new Float32Array() };
    const losses = await reconstructionLoss(backend, model, featuresOf(table));
    const chosen = Array.from(losses.keys()).filter((row) => losses[row]! > threshold);
    if (chosen.length === 0) return { routed: chosen, denoised: new Float32Array() };
    const { x } = await reconstruct(backend, model, featuresOf(pickSamples(table, chosen)));
    return { routed: chosen, denoised: x as Float32Array };
  });
  writeTable(node.output('data'), replaceImages(table, column, routed, denoised));
  node.log(`${routed.length} of ${table.count} samples denoised`);
  node.tracking.metrics({ count: table.count, denoised: routed.length });
}

/** @throws SF7117 where the samples are no images. */
export function imagesOf(table: Table): NumberColumn {
  const column = table.columns.get('x');
  const dimensions = column?.shape.length ?? 0;
  const images = dimensions === 2 || dimensions === 3;
  if (column && !isText(column) && images && !/int64|uint64/.test(column.type)) return column;
  const remedy = 'Give arrays of (height, width) or (height, width, channels), as bytes or fractions.';
  throw nodeFault('SF7117', `${table.where} has no images.`, remedy);
}

function replaceImages(table: Table, column: NumberColumn, rows: readonly number[], images: Float32Array): Table {
  const values = column.values.slice();
  const size = rows.length === 0 ? 0 : images.length / rows.length;
  const fractions = column.type.startsWith('float');
  for (const [at, row] of rows.entries()) {
    for (let i = 0; i < size; i++) {
      const brightness = images[at * size + i]!;
      values[row * size + i] = fractions ? brightness : Math.round(brightness * 255);
    }
  }
  const named = table.columns.has('id') ? table : withColumn(table, 'id', textColumn(idsOf(table)));
  return withColumn(named, 'x', { ...column, values });
}
