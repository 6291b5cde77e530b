import type { EngineClient } from '../protocol';
import { cliFault } from './faults';

/**
 * The id of a run for what a person called it: `latest` is the newest of the workspace, `latest:NAME` of a workflow (its name or
 * file); anything else is an id.
 *
 * @throws SF3911 where nothing has run.
 */
export async function runNamed(client: EngineClient, text: string): Promise<string> {
  const [, workflow] = /^latest(?::(.+))?$/s.exec(text) ?? [null, null];
  if (workflow === null) return text;
  const rows = await client.runs(workflow === undefined ? { limit: 1 } : {});
  const newest = rows.find((row) => workflow === undefined || isOf(row, workflow));
  if (newest) return newest.run;
  throw cliFault(
    'noRun',
    workflow === undefined ? 'nothing has run in this workspace yet.' : `no workflow or file ${workflow} has run here.`,
  );
}

/** The same of what may be a step of a run, or something else: `latest/STEP`, `latest:NAME/STEP`. */
export async function thingNamed(client: EngineClient, text: string): Promise<string> {
  if (text.startsWith('latest/')) return `${await runNamed(client, 'latest')}${text.slice('latest'.length)}`;
  if (!text.startsWith('latest:')) return runNamed(client, text);
  const named = text.slice('latest:'.length);
  const rows = await client.runs({});
  // Both files and steps may have slashes: the longest name that has run is the workflow's, the rest is the step's.
  for (let end = named.length; end > 0; end = named.lastIndexOf('/', end - 1)) {
    const newest = rows.find((row) => isOf(row, named.slice(0, end)));
    if (newest) return `${newest.run}${named.slice(end)}`;
  }
  return runNamed(client, text);
}

/** Is a run of this workflow, by its name or its file? */
export const isOf = (row: { workflow: string; file: string }, workflow: string): boolean =>
  row.workflow === workflow || row.file === workflow;
