import path from 'node:path';
import * as vscode from 'vscode';
import type { Program } from '../../engine/host/start';
import { type EngineClient, fault, ScanflowError } from '../../engine/protocol';
import { Mirror } from '../runs/mirror';
import type { Secrets } from '../runs/secrets';
import { EngineLink } from './link';

/** The engines of this window: one for each folder of the workspace, each with the mirror of what it told. */
export class Links implements vscode.Disposable {
  private readonly mirrors = new Map<string, Mirror>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  /** A mirror came, went or changed. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly program: Program,
    private readonly log: vscode.LogOutputChannel,
    private readonly secrets: Secrets | null = null,
  ) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const { uri } of removed) this.drop(uri.toString());
        this.changed.fire();
      }),
    ];
  }

  /** Those of all folders on a disk. */
  all(): Mirror[] {
    return (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map((folder) => this.mirror(folder));
  }

  /** The mirror of the folder that holds a file. @throws SF4902 where none does. */
  of(uri: vscode.Uri): Mirror {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder && folder.uri.scheme === 'file') return this.mirror(folder);
    throw fault(
      'SF4902',
      'request',
      `${path.basename(uri.path)} is in no folder that is open here.`,
      'Open its folder: runs and their results are kept beside the file.',
    );
  }

  /**
   * Those of all folders, for a person to choose from what there is: of folders with a history that nobody has looked at yet, it is asked
   * for first. @throws ScanflowError where nothing can be known, for no engine starts.
   */
  async asked(): Promise<Mirror[]> {
    await this.wake(true);
    const mirrors = this.all();
    const unknown = mirrors.filter(({ asked, link }) => !asked && link.health.state === 'ready');
    await Promise.all(unknown.map((mirror) => mirror.refresh()));
    const [broken] = mirrors.flatMap(({ link: { health } }) => (health.state === 'failed' ? health.fault : []));
    if (broken && !mirrors.some(({ asked }) => asked)) throw new ScanflowError(broken);
    return mirrors;
  }

  byKey(key: string): Mirror | undefined {
    return this.all().find((mirror) => mirror.key === key);
  }

  /** Joins the engines that are there; `start`: also starts those of workspaces with a history. */
  async wake(start: boolean): Promise<void> {
    await Promise.all(this.all().map((mirror) => mirror.link.wake(start)));
  }

  dispose(): void {
    for (const key of [...this.mirrors.keys()]) this.drop(key);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private mirror(folder: vscode.WorkspaceFolder): Mirror {
    const key = folder.uri.toString();
    const known = this.mirrors.get(key);
    if (known) return known;
    const greet = async (client: EngineClient) => this.secrets?.restore(client, folder);
    const mirror = new Mirror(new EngineLink(folder, this.program, this.log, greet), this.log);
    mirror.onDidChange(() => this.changed.fire());
    mirror.link.onDidChangeHealth(() => this.changed.fire());
    this.mirrors.set(key, mirror);
    return mirror;
  }

  private drop(key: string): void {
    this.mirrors.get(key)?.dispose();
    this.mirrors.delete(key);
  }
}
