import type { Joined } from '../host';
import type { EngineClient } from '../protocol';
import type { Io } from './io';
import { count } from './screen/figures';

/** Somebody who presses Ctrl-C twice does not want to wait for anything. */
export class LeftAtOnce extends Error {}

/**
 * Does something with the engine of a workspace, and leaves it properly: an engine of this process stays until the runs
 * that other clients began in it are over.
 */
export async function withEngine<T>(
  io: Io,
  workspace: string,
  { detach = false }: { detach?: boolean },
  work: (client: EngineClient) => Promise<T>,
): Promise<T> {
  const joined = await io.join(workspace, { detach });
  let result: T;
  try {
    result = await work(joined.client);
  } catch (error) {
    if (error instanceof LeftAtOnce) await joined.here?.host.dispose();
    else await joined.client.dispose();
    throw error;
  }
  if (joined.here) await othersAreDone(io, joined.here.activity);
  await joined.client.dispose();
  return result;
}

const LOOK_EVERY = 100;

async function othersAreDone(io: Io, activity: NonNullable<Joined['here']>['activity']): Promise<void> {
  let left = false;
  const interrupts = io.onInterrupt(() => {
    left = true;
  });
  try {
    // What has just settled is told after who waited for it: look a moment later.
    await new Promise(setImmediate);
    const others = activity.runs().length;
    if (others > 0) {
      io.err(
        `${count(others, 'run')} of other clients ${others === 1 ? 'goes' : 'go'} on in this engine; waiting (Ctrl-C cancels).\n`,
      );
    }
    while (activity.runs().length > 0 && !left) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  } finally {
    interrupts.dispose();
  }
}
