import path from 'node:path';
import * as vscode from 'vscode';
import { dotOf, mermaidOf } from '../graph/export';
import type { Outline } from '../graph/outline';

/** Lets a person save a graph: as it is drawn, or as text for other tools. */
export async function saveGraph(workflow: vscode.Uri, outline: Outline, svg: string): Promise<void> {
  const formats = new Map([
    ['SVG', { text: svg, extension: 'svg' }],
    ['Mermaid', { text: mermaidOf(outline), extension: 'mmd' }],
    ['DOT', { text: dotOf(outline), extension: 'dot' }],
  ]);
  const chosen = await vscode.window.showQuickPick([...formats.keys()], {
    placeHolder: vscode.l10n.t('Export the graph as'),
  });
  const format = chosen === undefined ? undefined : formats.get(chosen);
  if (!format) return;
  const name = `${path.basename(workflow.path, '.scanflow')}.${format.extension}`;
  const defaultUri = vscode.Uri.joinPath(workflow, '..', name);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: { [chosen!]: [format.extension] } });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(format.text));
}
