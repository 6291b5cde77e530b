import path from 'node:path';
import type { Command } from 'commander';
import { idle, serve, watchActivity, whenGone } from '../../host';
import { type EngineClient, ScanflowError } from '../../protocol';
import { LOCK } from '../../store/lock';
import { placesOf } from '../../workspace/places';
import type { Context } from '../command';
import type { Io } from '../io';
import { workspaceRoot } from '../workspace-root';

/** An engine without work ends after so long (milliseconds), and looks so often. */
const IDLE_AFTER = 60_000;
const LOOK_EVERY = 1_000;

/**
 * `engine --workspace DIR`: the engine as a process of its own, which ends when nobody needs it. Started by
 * `--detach` and by the editor, not by people: it is not in the help.
 */
export function engineCommand(program: Command, { io }: Context): void {
  program
    .command('engine', { hidden: true })
    .description('host the engine of a workspace until nobody needs it')
    .requiredOption('-w, --workspace <dir>', 'root of the workspace')
    .action(async ({ workspace }: { workspace: string }) => {
      try {
        await host(io, workspaceRoot(io.cwd, { workspace }));
      } catch (error) {
        if (error instanceof ScanflowError) io.tellParent({ fault: error.fault });
        throw error;
      }
    });
}

async function host(io: Io, workspace: string): Promise<void> {
  const client: EngineClient = await io.open(workspace);
  const activity = watchActivity(client);
  const stop = new AbortController();
  const interrupts = io.onInterrupt(() => stop.abort());
  // Who deletes the store, or what is in it, wants to begin anew: nothing can be written any more, and the next engine makes another.
  const store = await whenGone(path.join(placesOf(workspace).store, LOCK), LOOK_EVERY, () => stop.abort());
  try {
    const door = await serve(client, { workspace, version: io.version });
    await idle(door, activity, { after: IDLE_AFTER, every: LOOK_EVERY, signal: stop.signal });
    await door.dispose();
  } finally {
    store.dispose();
    activity.dispose();
    await client.dispose();
    interrupts.dispose();
  }
}
