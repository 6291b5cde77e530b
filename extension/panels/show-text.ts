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
 * Shows a text, and selects a place in it: where it is open already, else in the first column. In the active one it would
 * open a second time, over the graph that was last looked at.
 */
export async function showText(uri: vscode.Uri, place?: Range): Promise<void> {
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(uri, { viewColumn, preview: false, ...(place && { selection: lineOf(place) }) });
}

/** As much of a range as is in its first line. */
function lineOf({ start, end }: Range): vscode.Range {
  const last = end.line === start.line ? end.character : start.character;
  return new vscode.Range(start.line, start.character, start.line, last);
}
