import path from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';

/** Writes into a text. @throws SF4914 where VS Code does not: it was edited meanwhile, or may not be written. */
export async function writeEdit(uri: vscode.Uri, edit: vscode.WorkspaceEdit): Promise<void> {
  if (await vscode.workspace.applyEdit(edit)) return;
  throw fault(
    'SF4914',
    'request',
    `${path.basename(uri.path)} was not changed: it was edited at the same time, or may not be written.`,
    'Try again; where the file is read-only, make it writable first.',
  );
}
