import type { RunSummary } from '../../engine/protocol';

/** When a run began. */
export const timeOf = ({ startedAt }: Pick<RunSummary, 'startedAt'>): string =>
  new Date(startedAt).toLocaleString([], { dateStyle: 'short', timeStyle: 'medium' });

/** What people know a run by: its workflow, and when it began. */
export const titleOf = (run: Pick<RunSummary, 'workflow' | 'startedAt'>): string => `${run.workflow} · ${timeOf(run)}`;
