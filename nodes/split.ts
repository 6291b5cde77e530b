import { createHash } from 'node:crypto';
import { ScanflowError } from '../engine/protocol';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { concatTables, pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { inPlaceOf } from './in-place-of';
import { number } from './parameters';

/** Parts feedback before an improver sees it: what the gate judges by is never learned from. */
export default async function split(node: NodeContext): Promise<void> {
  await partFeedback(node, readTable(node.input('feedback'), 'Input feedback'));
}

export async function partFeedback(node: NodeContext, given: Table): Promise<void> {
  const feedback = withFormer(node, given);
  const share = number(node, 'holdout', 0);
  if (share > 1) throw nodeFault('SF7103', `Parameter holdout is ${share}, not a share from 0 to 1.`);
  const held = idsOf(feedback).map((id) => isHeldBack(id, share));
  const rows = (side: boolean) => held.flatMap((each, row) => (each === side ? [row] : []));
  writeTable(node.output('train'), pickSamples(feedback, rows(false)));
  writeTable(node.output('held'), await inPlaceOf(node, pickSamples(feedback, rows(true))));
  node.tracking.metrics({ train: rows(false).length, held: rows(true).length });
  node.log(`${rows(false).length} samples to learn from, ${rows(true).length} held back`);
}

/** By a hash of the id alone: a sample that is held back once is held back in every cycle, at every larger share. */
export function isHeldBack(id: string, share: number): boolean {
  const hash = createHash('sha256').update(`held-back/${id}`).digest();
  return hash.readUIntBE(0, 6) / 2 ** 48 < share;
}

/**
 * With what was given back in cycles that the gate rejected, and is not said anew, the newest word on a sample; as far as it fits:
 * the data may have got other columns since, and what comes now is not held up by that.
 */
function withFormer(node: NodeContext, given: Table): Table {
  if (node.optionalInput('former') === undefined) return given;
  const known = new Set(idsOf(given));
  const own = withColumn(given, 'id', textColumn(idsOf(given)));
  const added: Table[] = [];
  for (const [at, file] of [...node.inputs('former').entries()].toReversed()) {
    const former = readTable(file, `Input former ${at}`);
    const ids = idsOf(former);
    const rows = ids.flatMap((id, row) => (known.has(id) ? [] : [row]));
    const table = pickSamples(withColumn(former, 'id', textColumn(ids)), rows);
    if (rows.length === 0 || !fits(node, own, table)) continue;
    for (const id of ids) known.add(id);
    added.unshift(table);
  }
  if (added.length === 0) return given;
  const all = concatTables([own, ...added]);
  node.log(`${all.count - given.count} samples of cycles that the gate rejected join ${given.count}`);
  return all;
}

function fits(node: NodeContext, own: Table, former: Table): boolean {
  try {
    if (own.format !== former.format) throw nodeFault('SF7140', `they are ${former.format}, the others ${own.format}.`);
    concatTables([own, former]);
    return true;
  } catch (error) {
    if (!(error instanceof ScanflowError && error.fault.code === 'SF7140')) throw error;
    node.log(`${former.count} samples of a cycle that the gate rejected are left out: ${error.fault.message}`);
    return false;
  }
}
