import { type EngineClient, type RequestName, ScanflowError } from '../protocol';
import { type Activity, watchActivity } from './activity';
import type { RemoteEngine } from './client';
import { connect } from './connect';
import { REQUESTS } from './contract';
import { type Surroundings, surroundings } from './place';
import { type Host, serve } from './serve';
import { type Program, startDetached } from './start';

export interface JoinOptions {
  /** Start an engine in the background where none is there, instead of one in this process. */
  detach?: boolean;
  /** Opens the engine in this process; refuses with SF3001 where another holds the workspace. */
  open: (options: { workspace: string; by?: string }) => Promise<EngineClient>;
  /** Who asks, for the record. */
  by?: string;
  /** Of this program. */
  version: string;
  /** What to start in the background. */
  program: Program;
  /** How long an engine that holds the workspace may take to open its door (milliseconds). */
  patience?: number;
  around?: Surroundings;
}

export interface Joined {
  /** Its `dispose` leaves the engine, and ends it where it lives in this process. */
  client: EngineClient;
  /** Where the engine lives in this process: its door, and what it is driving, for this client and for others. */
  here: { host: Host; activity: Activity } | null;
  /** Resolves when an engine of another process is out of reach. */
  gone: Promise<void>;
}

/** The workspace is held by another engine. */
const HELD = 'SF3001';

/**
 * The engine of a workspace, wherever it is: the one that is there, or one in this process that others can join, or
 * (`detach`) a new one in the background.
 */
export async function connectOrHost(workspace: string, options: JoinOptions): Promise<Joined> {
  const around = options.around ?? surroundings();
  const deadline = performance.now() + (options.patience ?? 15_000);
  for (let pause = 20; ; pause = Math.min(pause * 2, 300)) {
    const there = await connect(workspace, around);
    if (there !== null) return elsewhere(there);
    if (options.detach) return elsewhere(await startDetached(workspace, options.program, around));
    try {
      return await hostHere(workspace, options, around);
    } catch (error) {
      // Somebody was faster and has not opened the door yet, or is about to leave: ask again.
      const held = error instanceof ScanflowError && error.fault.code === HELD;
      if (!held || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const elsewhere = (client: RemoteEngine): Joined => ({ client, here: null, gone: client.gone });

async function hostHere(workspace: string, options: JoinOptions, around: Surroundings): Promise<Joined> {
  const engine = await options.open({ workspace, by: options.by });
  let host: Host;
  try {
    host = await serve(engine, { workspace, version: options.version, around });
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  const activity = watchActivity(engine);
  const client = delegate(engine, async () => {
    activity.dispose();
    await host.dispose();
    await engine.dispose();
  });
  return { client, here: { host, activity }, gone: new Promise(() => {}) };
}

/** An engine with another end: each method is called on the engine itself, whatever kind of object it is. */
function delegate(engine: EngineClient, dispose: () => Promise<void>): EngineClient {
  const names = Object.keys(REQUESTS) as RequestName[];
  const requests = names.map((name) => [name, (parameters: never) => engine[name](parameters)]);
  return {
    ...(Object.fromEntries(requests) as EngineClient),
    onEvent: (listener) => engine.onEvent(listener),
    dispose,
  };
}
