import { createHash } from 'node:crypto';
import { nodeFault } from '../faults';
import { asTexts, isText, sizeOf } from './column';
import { isAbout, type Table } from './table';

/**
 * The ids of samples: their column `id`, or a hash of what they are (labels and weights do not enter it), so that a sample
 * has the same id in every file. Samples that are the same to the last bit share one. Numbers of a table that is written as CSV
 * (Parquet is) count as the text that they will be; arrays as their bytes, which is much faster for images.
 */
export function idsOf(table: Table): string[] {
  const ids = table.columns.get('id');
  return ids ? asTexts(ids) : hashesOf(table);
}

/**
 * What the samples are, by id: the ids that they would have without a column of them. Ids of that column may be numbers of
 * rows, which are given out again to other samples.
 *
 * @throws SF7142 where two samples have one id.
 */
export function contentsOf(table: Table): Map<string, string> {
  const hashes = hashesOf(table);
  const contents = new Map<string, string>();
  for (const [row, id] of idsOf(table).entries()) {
    const known = contents.get(id) ?? hashes[row]!;
    if (known !== hashes[row]) throw nodeFault('SF7142', `${table.where} has two samples with the id ${id}.`);
    contents.set(id, known);
  }
  return contents;
}

function hashesOf(table: Table): string[] {
  const columns = [...table.columns].filter(([name]) => !isAbout(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = columns.map(([name, column]) => {
    if (isText(column) || (table.format === 'csv' && column.shape.length === 0))
      return (row: number) => `${name}=${column.values[row]}\n`;
    const width = sizeOf(column.shape) * column.values.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(column.values.buffer, column.values.byteOffset, column.values.byteLength);
    return (row: number) => bytes.subarray(row * width, (row + 1) * width);
  });
  return Array.from({ length: table.count }, (_, row) => {
    const hash = createHash('sha256');
    for (const content of rows) hash.update(content(row));
    return hash.digest('hex').slice(0, 16);
  });
}
