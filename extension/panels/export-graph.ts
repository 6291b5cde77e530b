import path from 'node:path';
import * as vscode from 'vscode';
import { dotOf, mermaidOf } from '../graph/export';
import type { Outline } from '../graph/outline';

/** Of which the webview paints the first two. */
export type GraphFormat = 'svg' | 'png' | 'mermaid' | 'dot';

const FORMATS: Record<GraphFormat, { name: string; extension: string }> = {
  svg: { name: 'SVG', extension: 'svg' },
  png: { name: 'PNG', extension: 'png' },
  mermaid: { name: 'Mermaid', extension: 'mmd' },
  dot: { name: 'DOT (Graphviz)', extension: 'dot' },
};

export async function askFormat(): Promise<GraphFormat | undefined> {
  const rows = Object.entries(FORMATS).map(([format, { name, extension }]) => ({
    label: name,
    description: `.${extension}`,
    format: format as GraphFormat,
  }));
  return (await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Export the graph as') }))?.format;
}

export const textIn = (format: 'mermaid' | 'dot', outline: Outline): string =>
  format === 'mermaid' ? mermaidOf(outline) : dotOf(outline);

/** Lets a person say where, and writes it there. @returns whether it was written. */
export async function saveGraph(workflow: vscode.Uri, format: GraphFormat, content: Uint8Array): Promise<boolean> {
  const { name, extension } = FORMATS[format];
  const defaultUri = vscode.Uri.joinPath(workflow, '..', `${path.basename(workflow.path, '.scanflow')}.${extension}`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: { [name]: [extension] } });
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, content);
  return true;
}

/** The same of a picture, which a large graph makes smaller than it is drawn: `scale` below 1 is said. */
export async function savePng(workflow: vscode.Uri, png: Uint8Array, scale: number): Promise<void> {
  const written = await saveGraph(workflow, 'png', png);
  if (!written || scale >= 1) return;
  const percent = Math.round(100 * scale);
  void vscode.window.showWarningMessage(
    vscode.l10n.t('The graph is too large for a picture: it was painted at {0} %. SVG keeps all of it.', percent),
  );
}
