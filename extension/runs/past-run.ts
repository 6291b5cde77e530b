import type { RunSummary } from '../../engine/protocol';
import type { RunStateParams } from '../../language-server/requests';
import { ownerOf } from './node-of';
import { foremost } from './step-of';

export type PastRun = NonNullable<RunStateParams['history']>[number];

/** Of each node how it ended in a run, and how long the step took that stands for it; candidates' steps are not the node's. */
export function pastRun({ run, nodes }: RunSummary): PastRun {
  const own = nodes.filter(({ name }) => !name.includes('/'));
  const byNode = Map.groupBy(own, ({ name }) => ownerOf(name));
  return {
    run,
    nodes: [...byNode].map(([name, steps]) => {
      const { state, startedAt, endedAt } = foremost(steps);
      const seconds = startedAt && endedAt ? Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
      return { name, state, seconds };
    }),
  };
}
