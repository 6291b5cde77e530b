import type { Joined } from '../host';
import type { EngineClient } from '../protocol';
import type { Io } from './io';
import { count } from './screen/figures';

/** Somebody who presses Ctrl-C twice does not want to wait for anything. */
export class LeftAtOnce extends Error {}

/**
 * Does something with the engine of a workspace, and leaves it properly: an engine of this process stays until the runs
 * that other clients began in it are over, the watches that they armed are off, and what they asked is answered.
 *
 * @param work Is given `gone`, too: it resolves when an engine of another process is out of reach.
 */
export async function withEngine<T>(
  io: Io,
  workspace: string,
  { detach = false }: { detach?: boolean },
  work: (client: EngineClient, gone: Promise<void>) => Promise<T>,
): Promise<T> {
  const joined = await io.join(workspace, { detach });
  const outcome = await work(joined.client, joined.gone).then(
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

/** Milliseconds between two looks. */
const LOOK_EVERY = 50;
/** Looks that are granted to the last requests of others, and after which somebody hears what is waited for. */
const LAST_REQUESTS = 40;
const SOON = 20;

async function othersAreDone(io: Io, here: NonNullable<Joined['here']>): Promise<void> {
  let left = false;
  const interrupts = io.onInterrupt((by) => {
    // What others have here is not this command's output.
    if (by === 'signal') left = true;
  });
  const said = new Set<string>();
  try {
    // What has just settled is told after who waited for it: look a moment later.
    await new Promise(setImmediate);
    let waited = 0;
    let quiet = 0;
    while (!left) {
      const held = await heldBy(here);
      if (held === null) {
        // They ask for what their runs found before they leave.
        if (!here.host.busy() || quiet++ >= LAST_REQUESTS) return;
        waited = 0;
      } else if (waited++ >= held.sayAfter && !said.has(held.what)) {
        said.add(held.what);
        io.err(`${held.say}\n`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  } finally {
    interrupts.dispose();
  }
}

interface Held {
  what: 'runs' | 'requests' | 'watches';
  say: string;
  /** Looks: most requests are answered at once, and nothing to talk of. */
  sayAfter: number;
}

/** What others have in this engine that would end with it; null: nothing. */
async function heldBy({ host, activity }: NonNullable<Joined['here']>): Promise<Held | null> {
  const runs = activity.runs().length;
  if (runs > 0) {
    const go = runs === 1 ? 'goes' : 'go';
    const say = `${count(runs, 'run')} of other clients ${go} on in this engine; waiting (Ctrl-C cancels).`;
    return { what: 'runs', say, sayAfter: 0 };
  }
  if (await activity.armed()) {
    const end = '(Ctrl-C or `scanflow watch FILE --off` ends it)';
    const say = `Another client armed a watch in this engine; watching on ${end}.`;
    return { what: 'watches', say, sayAfter: 0 };
  }
  if (!host.serving()) return null;
  const say =
    'Another client is being answered by this engine, or serves a tracker from it; waiting (Ctrl-C ends both).';
  return { what: 'requests', say, sayAfter: SOON };
}
