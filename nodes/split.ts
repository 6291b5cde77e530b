import { createHash } from 'node:crypto';
import type { NodeContext } from './contract';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { pickSamples, type Table } from './data/table';
import { writeTable } from './data/write';
import { nodeFault } from './faults';
import { number } from './parameters';

/** Parts feedback before an improver sees it: what the gate judges by is never learned from. */
export default async function split(node: NodeContext): Promise<void> {
  partFeedback(node, readTable(node.input('feedback'), 'Input feedback'));
}

export function partFeedback(node: NodeContext, feedback: Table): void {
  const share = number(node, 'holdout', 0);
  if (share > 1) throw nodeFault('SF7103', `Parameter holdout is ${share}, not a share from 0 to 1.`);
  const held = idsOf(feedback).map((id) => isHeldBack(id, share));
  const rows = (side: boolean) => held.flatMap((each, row) => (each === side ? [row] : []));
  writeTable(node.output('train'), pickSamples(feedback, rows(false)));
  writeTable(node.output('held'), pickSamples(feedback, rows(true)));
  node.tracking.metrics({ train: rows(false).length, held: rows(true).length });
  node.log(`${rows(false).length} samples to learn from, ${rows(true).length} held back`);
}

/** By a hash of the id alone: a sample that is held back once is held back in every cycle, at every larger share. */
export function isHeldBack(id: string, share: number): boolean {
  const hash = createHash('sha256').update(`held-back/${id}`).digest();
  return hash.readUIntBE(0, 6) / 2 ** 48 < share;
}
