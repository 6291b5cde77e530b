import * as vscode from 'vscode';
import type { Outline } from '../graph/outline';
import type { Mirror } from './mirror';

const PREFIX = 'scanflow.secret.';

/**
 * Secrets that executors ask for: kept in the editor's secret store, asked of the person once, and given to the engine
 * before a run, by name. They are in no setting, file or message to a webview.
 */
export class Secrets {
  constructor(private readonly store: vscode.SecretStorage) {}

  /** Gives the engine those that a workflow needs. @returns false where the person leaves without giving one. */
  async give(mirror: Mirror, { secrets, name: workflow }: Outline): Promise<boolean> {
    const set: Record<string, string> = {};
    for (const name of secrets) {
      const value = (await this.store.get(PREFIX + name)) ?? (await this.ask(name, workflow));
      if (value === undefined) return false;
      set[name] = value;
    }
    if (secrets.length > 0) await mirror.link.ask('secrets', { set });
    return true;
  }

  /** Lets a person replace or forget a secret. */
  async manage(secrets: readonly string[], workflow: string): Promise<void> {
    const rows = await Promise.all(
      secrets.map(async (name) => ({
        label: name,
        description:
          (await this.store.get(PREFIX + name)) === undefined ? vscode.l10n.t('not set') : vscode.l10n.t('set'),
      })),
    );
    if (rows.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No executor of {0} asks for a secret.', workflow));
      return;
    }
    const row = await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which secret') });
    if (!row) return;
    const value = await this.ask(row.label, workflow, vscode.l10n.t('Empty: forget it.'));
    if (value === '') await this.store.delete(PREFIX + row.label);
  }

  private async ask(name: string, workflow: string, hint = ''): Promise<string | undefined> {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t('Secret {0} of {1}', name, workflow),
      prompt: [vscode.l10n.t('Kept in the secret store of VS Code, given to nodes as a file.'), hint].join(' ').trim(),
      password: true,
      ignoreFocusOut: true,
    });
    if (value) await this.store.store(PREFIX + name, value);
    return value === '' && hint === '' ? undefined : value;
  }
}
