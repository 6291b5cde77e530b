import type { RunRecord } from '../runs/run-state';
import { promotedSuccesses } from '../runs/successes';
import type { History } from '../workspace/history';
import type { Proposal } from '../workspace/ledger-entries';

/**
 * What the run that was judged made under a revision supplies later runs from now on: other runs may have made something
 * else for the same revision while its decision waited. Done before the promotion is journaled, since it is harmless without.
 */
export async function supplyPromoted(
  history: History,
  run: RunRecord,
  judged: Pick<Proposal, 'step' | 'revision'>,
): Promise<void> {
  for (const success of promotedSuccesses(run, judged)) await history.put(success);
}
