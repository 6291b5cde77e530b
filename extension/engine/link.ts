import { existsSync, type FSWatcher, watch } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RemoteEngine } from '../../engine/host/client';
import { connect } from '../../engine/host/connect';
import { surroundings } from '../../engine/host/place';
import { type Program, startDetached } from '../../engine/host/start';
import {
  type EngineClient,
  type Fault,
  fault,
  type Requests,
  type RunEvent,
  ScanflowError,
} from '../../engine/protocol';

/** How the link to a workspace's engine is. */
export type Health =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'ready' }
  | { state: 'lost' }
  | { state: 'failed'; fault: Fault };

/** The engine is gone: nothing answers at the other end of the connection. */
export const GONE = 'SF3804';
/** Asked again after the engine was lost: reading twice does no harm, nor does giving secrets or arming a workflow anew. */
const REPEATABLE: readonly (keyof Requests)[] = [
  'validate',
  'settled',
  'show',
  'runs',
  'follow',
  'logs',
  'explain',
  'inspect',
  'outputs',
  'parameters',
  'curves',
  'review',
  'gains',
  'tasks',
  'task',
  'models',
  'decisions',
  'revisions',
  'secrets',
  'watch',
  'watches',
  'endedWatches',
];

/**
 * The link to the engine of one workspace folder. It joins the engine that is there, starts one in the background where
 * a request needs it, hears when the engine is gone, and comes back. Nothing happens in a workspace that is not trusted.
 */
export class EngineLink implements vscode.Disposable {
  private client: EngineClient | null = null;
  private joining: Promise<EngineClient | null> | null = null;
  private runsWatcher: FSWatcher | null = null;
  private disposed = false;
  private readonly healthChanged = new vscode.EventEmitter<Health>();
  private readonly eventCame = new vscode.EventEmitter<RunEvent>();
  private readonly storeChanged = new vscode.EventEmitter<void>();
  private current: Health = { state: 'off' };
  /** How often the engine went away while it was needed. */
  losses = 0;
  readonly onDidChangeHealth = this.healthChanged.event;
  readonly onEvent = this.eventCame.event;
  /** Something began or ended that this window did not ask for. */
  readonly onStore = this.storeChanged.event;

  constructor(
    readonly folder: vscode.WorkspaceFolder,
    private readonly program: Program,
    private readonly log: vscode.LogOutputChannel,
    /** Tells an engine what it has to know before anything is asked of it. */
    private readonly greet: (client: EngineClient) => Promise<void> = async () => {},
  ) {}

  get health(): Health {
    return this.current;
  }

  /** Joins the engine where there is one; `start`: starts one where runs of former days can be shown. */
  async wake(start: boolean): Promise<void> {
    if (!vscode.workspace.isTrusted || this.client) return;
    const history = start && existsSync(path.join(this.folder.uri.fsPath, '.scanflow'));
    await this.join(history).catch(() => {}); // The health says it, and the welcome view what to do.
  }

  /** A request; starts the engine where there is none. @throws ScanflowError; SF4902 where the folder is closed. */
  async ask<N extends keyof Requests>(name: N, parameters: Requests[N][0]): Promise<Requests[N][1]> {
    for (let attempt = 0; ; attempt++) {
      const client = await this.join(true);
      if (client === null) throw this.disposed ? closed(this.folder) : untrusted();
      try {
        return await (client[name] as (given: Requests[N][0]) => Promise<Requests[N][1]>)(parameters);
      } catch (error) {
        const gone = error instanceof ScanflowError && error.fault.code === GONE;
        if (gone) this.lose(client);
        if (!gone || attempt > 0 || !REPEATABLE.includes(name)) throw error;
      }
    }
  }

  /** Leaves the engine and joins it anew, or another one. */
  async reconnect(): Promise<void> {
    const former = this.client;
    this.client = null;
    await former?.dispose();
    this.become({ state: 'off' });
    await this.join(true);
  }

  dispose(): void {
    this.disposed = true;
    this.runsWatcher?.close();
    void this.client?.dispose();
    this.client = null;
    this.healthChanged.dispose();
    this.eventCame.dispose();
    this.storeChanged.dispose();
  }

  private join(start: boolean): Promise<EngineClient | null> {
    if (this.client) return Promise.resolve(this.client);
    this.joining ??= this.joinNow(start).finally(() => {
      this.joining = null;
    });
    return this.joining.then((client) => (client === null && start && !this.disposed ? this.joinAgain() : client));
  }

  /** A join without a start was under way when somebody needed the engine. */
  private joinAgain(): Promise<EngineClient | null> {
    if (!vscode.workspace.isTrusted) return Promise.resolve(null);
    this.joining ??= this.joinNow(true).finally(() => {
      this.joining = null;
    });
    return this.joining;
  }

  private async joinNow(start: boolean): Promise<EngineClient | null> {
    if (!vscode.workspace.isTrusted || this.disposed) return null;
    const workspace = this.folder.uri.fsPath;
    if (start) this.become({ state: 'starting' });
    try {
      const client =
        (await connect(workspace)) ?? (start ? await startDetached(workspace, this.program, surroundings()) : null);
      if (client === null) return null;
      await this.greet(client).catch((error) => this.log.warn(asFault(error).message));
      if (!this.disposed) return this.accept(client);
      await client.dispose();
      return null;
    } catch (error) {
      const reason = asFault(error);
      this.log.error(`${reason.code} ${reason.message} ${reason.remedy}`);
      this.become({ state: 'failed', fault: reason });
      throw error;
    }
  }

  private accept(client: RemoteEngine): EngineClient {
    void client.gone.then(() => this.lose(client));
    client.onEvent((event) => this.eventCame.fire(event));
    this.client = client;
    this.log.info(`Joined the engine of ${this.folder.uri.fsPath}.`);
    this.become({ state: 'ready' });
    this.watchRuns();
    return client;
  }

  /** Other clients start runs too; the engine tells of followed runs only, and each run has a folder of its own. */
  private watchRuns(): void {
    if (this.runsWatcher) return;
    try {
      this.runsWatcher = watch(path.join(this.folder.uri.fsPath, '.scanflow/runs'), () => this.storeChanged.fire());
      this.runsWatcher.on('error', () => {
        this.runsWatcher?.close();
        this.runsWatcher = null;
      });
    } catch {
      // No run was ever made here: those that this window starts are followed anyway.
    }
  }

  private lose(client: EngineClient): void {
    if (this.client !== client) return;
    this.client = null;
    this.losses++;
    // It may have gone because its store was deleted: what watches the former folder hears nothing of the next.
    this.runsWatcher?.close();
    this.runsWatcher = null;
    void client.dispose();
    this.log.warn(`The engine of ${this.folder.uri.fsPath} is gone.`);
    this.become({ state: 'lost' });
  }

  private become(health: Health): void {
    if (this.disposed) return;
    this.current = health;
    this.healthChanged.fire(health);
  }
}

/** What an error says to a person. */
export function asFault(error: unknown): Fault {
  if (error instanceof ScanflowError) return error.fault;
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'SF4900', class: 'failed', message, remedy: 'The log of Scanflow may say more.' };
}

/** Before a person is asked anything that would then be refused. @throws SF4901 */
export function mustBeTrusted(): void {
  if (!vscode.workspace.isTrusted) throw untrusted();
}

function closed({ name }: vscode.WorkspaceFolder): ScanflowError {
  return fault('SF4902', 'request', `The folder ${name} is not open here any more.`, 'Open it.');
}

function untrusted(): ScanflowError {
  return fault(
    'SF4901',
    'request',
    'This workspace is not trusted, so nothing runs in it.',
    'Trust it with "Workspaces: Manage Workspace Trust".',
  );
}
