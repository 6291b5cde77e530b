import * as vscode from 'vscode';
import { asFault } from './engine/link';

/** Runs what a person asked for; where it fails, says what happened and what to do. */
export async function attempt<T>(log: vscode.LogOutputChannel, act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    const { code, message, remedy } = asFault(error);
    log.error(`${code} ${message} ${remedy}`, error);
    const show = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(`${message} ${remedy} (${code})`, show).then((chosen) => {
      if (chosen === show) log.show();
    });
    return undefined;
  }
}
