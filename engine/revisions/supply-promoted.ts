import type { RunRecord } from '../runs/run-state';
import { promotedSuccesses } from '../runs/successes';
import type { History } from '../workspace/history';

/**
 * What the run that was judged made under a revision supplies later runs from now on: other runs may have made something
 * else for the same revision while its decision waited. Done before the promotion is journaled, since it is harmless without.
 *
 * @param revision the id under which the promoted side was made.
 */
export async function supplyPromoted(history: History, run: RunRecord, revision: string): Promise<void> {
  for (const success of promotedSuccesses(run, revision)) await history.put(success);
}
