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
