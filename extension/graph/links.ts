import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';

/** An address that opens a node's graph in the editor: for a chat, an issue, a page. It names files of the workspace only. */
export function linkTo(extension: string, workflow: vscode.Uri, node: string | null): vscode.Uri {
  const words = new URLSearchParams({ file: vscode.workspace.asRelativePath(workflow, false) });
  if (node !== null) words.set('node', node);
  return vscode.Uri.from({
    scheme: vscode.env.uriScheme,
    authority: extension,
    path: '/graph',
    query: words.toString(),
  });
}

/**
 * What such an address points to.
 *
 * @throws SF4912 where it is none, or its file is not in this workspace.
 */
export async function placeOfLink({ path, query }: vscode.Uri): Promise<{ workflow: vscode.Uri; node: string | null }> {
  const words = new URLSearchParams(query);
  const file = words.get('file') ?? '';
  // A pattern finds what lies in the workspace, and nothing above it.
  const escaped = file.replace(/[[\]{}*?]/g, '[$&]');
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (path === '/graph' && file.endsWith('.scanflow')) {
    for (const folder of folders) {
      const [found] = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, escaped), null, 1);
      if (found) return { workflow: found, node: words.get('node') };
    }
  }
  throw fault(
    'SF4912',
    'request',
    `There is no workflow ${file || '(none was named)'} in this workspace.`,
    'Open the folder that it is in, and follow the link again.',
  );
}
