import path from 'node:path';
import * as vscode from 'vscode';
import type { Links } from './engine/links';
import { renamedIn } from './panels/graph-places';
import { attempt } from './tell-fault';

/** What is promoted is promoted in a file. Where one gets another name, says so while that can be taken back. */
export function tellRenamed(links: Links, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(({ files }) => {
    for (const { link, revisions } of links.all()) {
      for (const file of new Set(revisions.map((revision) => revision.file))) {
        const former = vscode.Uri.joinPath(link.folder.uri, file);
        const now = renamedIn(files, former);
        if (now) void attempt(log, () => tell(former, now));
      }
    }
  });
}

async function tell(former: vscode.Uri, now: vscode.Uri): Promise<void> {
  const back = vscode.l10n.t('Rename Back');
  const [from, to] = [former, now].map((uri) => path.posix.basename(uri.path));
  const where = from === to ? vscode.workspace.asRelativePath(now) : to;
  const message = vscode.l10n.t(
    'What was promoted in {0}, its labels included, is not in effect in {1}: a promotion is of one file. Under its former name it has them back.',
    from!,
    where!,
  );
  if ((await vscode.window.showWarningMessage(message, back)) !== back) return;
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(now, former);
  await vscode.workspace.applyEdit(edit);
}
