import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { concatTables, pickSamples, type Table, textColumn, withColumn } from './data/table';
import { partFeedback } from './split';

/** Parts the feedback of several edges as one. */
export default async function splitMany(node: NodeContext): Promise<void> {
  await partFeedback(node, joined(node.inputs('feedback').map((file, i) => readTable(file, `Input feedback ${i}`))));
}

/** Of a sample that several tell of, what the last one says. */
function joined(tables: readonly Table[]): Table {
  const later = new Set<string>();
  const kept = tables.toReversed().map((table) => {
    const ids = idsOf(table);
    const rows = ids.flatMap((id, row) => (later.has(id) ? [] : [row]));
    for (const id of ids) later.add(id);
    return pickSamples(withColumn(table, 'id', textColumn(ids)), rows);
  });
  return concatTables(kept.toReversed());
}
