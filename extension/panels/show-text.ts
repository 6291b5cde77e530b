import * as vscode from 'vscode';
import type { Range } from '../../graph';

/**
 * The column in which a text is open already; undefined where it is not.
 *
 * @param but Not this one.
 */
export function columnOf(uri: vscode.Uri, but?: vscode.ViewColumn): vscode.ViewColumn | undefined {
  const group = vscode.window.tabGroups.all.find(
    ({ viewColumn, tabs }) =>
      viewColumn !== but &&
      tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn;
}

/**
 * Shows a text with the cursor at a place in it: where it is open already, else in the first column. In the active one it
 * would open a second time, over the graph that was last looked at. Nothing is selected: the next key would replace it.
 *
 * @param go Whether the keyboard goes there.
 * @param from The column of the panel that it is shown for, which it must not cover: there it opens beside it.
 */
export async function showText(uri: vscode.Uri, place?: Range, go = true, from?: vscode.ViewColumn): Promise<void> {
  const { One, Beside } = vscode.ViewColumn;
  const viewColumn = columnOf(uri, from) ?? (from === One ? Beside : One);
  const selection = place && cursorAt(place);
  await vscode.window.showTextDocument(uri, { viewColumn, preview: false, preserveFocus: !go, selection });
}

function cursorAt({ start }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, start.line, start.character);
}
