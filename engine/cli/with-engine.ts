import type { Joined } from '../host';
import type { EngineClient } from '../protocol';
import type { Io } from './io';
import { count } from './screen/figures';

/** Somebody who presses Ctrl-C twice does not want to wait for anything. */
export class LeftAtOnce extends Error {}

/**
 * Does something with the engine of a workspace, and leaves it properly: an engine of this process stays until the runs
 * that other clients began in it are over, and the watches that they armed are off.
 */
export async function withEngine<T>(
  io: Io,
  workspace: string,
  { detach = false }: { detach?: boolean },
  work: (client: EngineClient) => Promise<T>,
): Promise<T> {
  const joined = await io.join(workspace, { detach });
  const outcome = await work(joined.client).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof LeftAtOnce) {
    await joined.here?.host.dispose();
    throw outcome.error;
  }
  if (joined.here) await othersAreDone(io, joined.here);
  await joined.client.dispose();
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}

/** Milliseconds between two looks, and what is granted to the last requests of others. */
const LOOK_EVERY = 50;
const LAST_REQUESTS = 2_000;

async function othersAreDone(io: Io, { host, activity }: NonNullable<Joined['here']>): Promise<void> {
  let left = false;
  const interrupts = io.onInterrupt(() => {
    left = true;
  });
  const pause = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  try {
    // What has just settled is told after who waited for it: look a moment later.
    await new Promise(setImmediate);
    const others = activity.runs().length;
    if (others > 0) {
      const go = others === 1 ? 'goes' : 'go';
      io.err(`${count(others, 'run')} of other clients ${go} on in this engine; waiting (Ctrl-C cancels).\n`);
    }
    while (activity.runs().length > 0 && !left) await pause();
    if (!left && (await activity.armed())) {
      io.err(
        'Another client armed a watch in this engine; watching on (Ctrl-C or `scanflow watch FILE --off` ends it).\n',
      );
      while (!left && (activity.runs().length > 0 || (await activity.armed()))) await pause();
    }
    // They ask for what their runs found before they leave.
    const deadline = performance.now() + LAST_REQUESTS;
    while (host.busy() && performance.now() < deadline && !left) await pause();
  } finally {
    interrupts.dispose();
  }
}
