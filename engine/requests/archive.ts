import path from 'node:path';
import { collectGarbage } from '../archive/collect';
import { exportRuns } from '../archive/export';
import { importRuns } from '../archive/import';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import type { RunIndex } from '../store/run-index';
import { oneByOne } from '../workspace/one-by-one';
import type { Handlers } from './handlers';

/** Content this young may be what somebody is about to refer to (milliseconds). */
const GRACE = 600_000;

/** Requests about what leaves the workspace, comes into it, or is forgotten. */
export function archiveRequests(
  rooms: EngineRooms,
  runs: ActiveRuns,
  index: RunIndex,
  sweep: (dryRun: boolean) => Promise<string[]>,
  version: string,
  by: string,
): Pick<Handlers, 'export' | 'import' | 'gc'> {
  // None takes away, or brings twice, what another is at.
  const inTurn = oneByOne();
  return {
    export: ({ runs: ids, to }) => inTurn(() => exportRuns(rooms, ids, path.resolve(rooms.places.root, to), version)),
    import: ({ from, by: who = by }) =>
      inTurn(() => {
        const known = new Set(index.rows().map(({ run }) => run));
        return importRuns(
          rooms,
          path.resolve(rooms.places.root, from),
          known,
          who,
          ({ header, state, startedAt, endedAt }) =>
            index.put({ run: header.run, workflow: header.workflow, file: header.file, state, startedAt, endedAt }),
        );
      }),
    gc: ({ dryRun = false, olderThan = null, grace = GRACE }) =>
      inTurn(() => runs.alone((busy) => collectGarbage(rooms, index, busy, { dryRun, olderThan, grace, sweep }))),
  };
}
