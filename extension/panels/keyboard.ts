import * as vscode from 'vscode';

let owner: object | null = null;

/**
 * Tells VS Code whether a text field of a webview has the keyboard. All webviews with keys of their own share that: one that
 * loses the focus says so late, when another may have it.
 *
 * @param seat Whose focus it is.
 */
export async function tellInput(seat: object, on: boolean, input: boolean): Promise<void> {
  if (!on && owner !== seat) return;
  owner = on ? seat : null;
  await vscode.commands.executeCommand('setContext', 'scanflow.inputFocus', on && input);
}
