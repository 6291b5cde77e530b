import * as vscode from 'vscode';
import type { Range } from '../../graph';
import type { Links } from '../engine/links';
import type { Outline } from '../graph/outline';
import { duration } from '../trees/duration';
import { ago } from '../trees/state-icons';

/** Where something of the drawing stands in the text: a node's name, an edge, a sub-workflow. */
export function placeIn({ nodes, edges, groups }: Outline, id: string): Range | undefined {
  return (
    nodes.find((node) => node.id === id)?.nameRange ??
    edges.find((edge) => edge.id === id)?.range ??
    groups.find(({ name }) => `group:${name}` === id)?.range
  );
}

/** Where a file is once it, or a folder around it, is renamed; undefined where neither is. */
export function renamedIn(
  files: readonly { oldUri: vscode.Uri; newUri: vscode.Uri }[],
  uri: vscode.Uri,
): vscode.Uri | undefined {
  const own = uri.toString();
  for (const { oldUri, newUri } of files) {
    if (oldUri.toString() === own) return newUri;
    if (own.startsWith(`${oldUri}/`)) return vscode.Uri.joinPath(newUri, uri.path.slice(oldUri.path.length + 1));
  }
  return undefined;
}

/** Lets a person choose which run of a file the graph shows. @returns null for the newest one, live. */
export async function chooseRun(links: Links, uri: vscode.Uri): Promise<string | null | undefined> {
  const file = vscode.workspace.asRelativePath(uri, false);
  const rows = (links.of(uri).rows ?? [])
    .filter((row) => row.file === file)
    .map(({ run, state, startedAt, endedAt }) => ({
      label: `${state}${duration(startedAt, endedAt) ? ` · ${duration(startedAt, endedAt)}` : ''}`,
      description: `${ago(startedAt)} · ${run}`,
      run: run as string | null,
    }));
  const live = { label: vscode.l10n.t('The newest run, live'), description: '', run: null };
  const placeHolder = vscode.l10n.t('Which run the graph shows');
  return (await vscode.window.showQuickPick([live, ...rows], { placeHolder, matchOnDescription: true }))?.run;
}
