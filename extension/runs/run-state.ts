import * as vscode from 'vscode';
import type { RunStateParams } from '../../language-server/requests';
import type { Links } from '../engine/links';
import { duration } from '../trees/duration';
import { nodeOf } from './node-of';

/** What the language server is told of a file's newest run; null where it has none. */
export function runStateOf(links: Links, uri: vscode.Uri): RunStateParams | null {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const mirror = folder && links.byKey(folder.uri.toString());
  const row = mirror?.lastOf(vscode.workspace.asRelativePath(uri, false));
  const summary = row && mirror?.known(row.run);
  if (!mirror || !summary) return null;
  const nodes = summary.nodes
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, state, startedAt, endedAt }) => ({
      name: nodeOf(name),
      state,
      detail: duration(startedAt, endedAt),
    }));
  const tasks = mirror.tasks
    .filter(({ run }) => run === summary.run)
    .map(({ id, node, kind, open }) => ({ id, node: nodeOf(node), kind, open }));
  return { uri: uri.toString(), run: summary.run, nodes, tasks };
}
