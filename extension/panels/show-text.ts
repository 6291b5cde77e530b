import * as vscode from 'vscode';
import type { Range } from '../../graph';

/** The column in which a text is open already; undefined where it is not. */
export function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  return group?.viewColumn;
}

/**
 * Shows a text with the cursor at a place in it: where it is open already, else in the first column. In the active one it
 * would open a second time, over the graph that was last looked at. Nothing is selected: the next key would replace it.
 *
 * @param go Whether the keyboard goes there.
 */
export async function showText(uri: vscode.Uri, place?: Range, go = true): Promise<void> {
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.One;
  const selection = place && cursorAt(place);
  await vscode.window.showTextDocument(uri, { viewColumn, preview: false, preserveFocus: !go, selection });
}

function cursorAt({ start }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, start.line, start.character);
}
