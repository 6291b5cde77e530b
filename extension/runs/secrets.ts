import * as vscode from 'vscode';
import { type EngineClient, secretName } from '../../engine/protocol';
import type { Outline } from '../graph/outline';
import type { Mirror } from './mirror';

/** The store is one for all windows and all projects: what one project was given is kept under its own folder. */
const keyOf = (folder: vscode.WorkspaceFolder) => `scanflow.secrets ${folder.uri.toString()}`;

/**
 * Secrets that executors ask for: kept in the editor's secret store for each folder, asked of the person once, and given to
 * the folder's engine by name: when it is joined, and before a run. They are in no setting, file or message to a webview.
 */
export class Secrets {
  constructor(private readonly store: vscode.SecretStorage) {}

  /**
   * Gives an engine that is joined what it has not of the folder's, and asks nobody: a run that goes on in a new engine
   * needs them. Those that the engine was started with stay.
   */
  async restore(engine: Pick<EngineClient, 'secrets'>, folder: vscode.WorkspaceFolder): Promise<void> {
    const kept = await this.keptOf(folder);
    if (kept.size === 0) return;
    const { names } = await engine.secrets({ set: {} });
    const set = Object.fromEntries([...kept].filter(([name]) => !names.includes(secretName(name))));
    if (Object.keys(set).length > 0) await engine.secrets({ set });
  }

  /** Gives the engine those that a workflow needs. @returns false where the person leaves without giving one. */
  async give(mirror: Mirror, { secrets, name: workflow }: Outline): Promise<boolean> {
    const { folder } = mirror.link;
    const kept = await this.keptOf(folder);
    const set: Record<string, string> = {};
    for (const name of secrets) {
      const value = kept.get(name) ?? (await this.ask(folder, name, workflow));
      if (value === undefined) return false;
      set[name] = value;
    }
    if (secrets.length > 0) await mirror.link.ask('secrets', { set });
    return true;
  }

  /** Lets a person replace or forget a secret. */
  async manage(mirror: Mirror, secrets: readonly string[], workflow: string): Promise<void> {
    const { folder, health } = mirror.link;
    const kept = await this.keptOf(folder);
    const rows = secrets.map((name) => ({
      label: name,
      description: kept.has(name) ? vscode.l10n.t('set') : vscode.l10n.t('not set'),
    }));
    if (rows.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No executor of {0} asks for a secret.', workflow));
      return;
    }
    const row = await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which secret') });
    if (!row) return;
    const value = await this.ask(folder, row.label, workflow, vscode.l10n.t('Empty: forget it.'));
    if (value === undefined) return;
    if (value === '') await this.keep(folder, row.label, undefined);
    // A run that is resumed takes what its engine has.
    if (health.state === 'ready') await mirror.link.ask('secrets', { set: { [row.label]: value } });
  }

  private async ask(
    folder: vscode.WorkspaceFolder,
    name: string,
    workflow: string,
    hint = '',
  ): Promise<string | undefined> {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t('Secret {0} of {1}', name, workflow),
      prompt: [vscode.l10n.t('Kept in the secret store of VS Code, given to nodes as a file.'), hint].join(' ').trim(),
      password: true,
      ignoreFocusOut: true,
    });
    if (value) await this.keep(folder, name, value);
    return value === '' && hint === '' ? undefined : value;
  }

  private async keptOf(folder: vscode.WorkspaceFolder): Promise<Map<string, string>> {
    return new Map(JSON.parse((await this.store.get(keyOf(folder))) ?? '[]') as [string, string][]);
  }

  /** Read anew: another window on the folder may have kept one meanwhile. */
  private async keep(folder: vscode.WorkspaceFolder, name: string, value: string | undefined): Promise<void> {
    const kept = await this.keptOf(folder);
    if (value === undefined) kept.delete(name);
    else kept.set(name, value);
    if (kept.size === 0) await this.store.delete(keyOf(folder));
    else await this.store.store(keyOf(folder), JSON.stringify([...kept]));
  }
}
