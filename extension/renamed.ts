import path from 'node:path';
import * as vscode from 'vscode';
import { fault } from '../engine/protocol';
import { asFault } from './engine/link';
import type { Links } from './engine/links';
import { renamedIn } from './panels/graph-places';
import { attempt } from './tell-fault';

/** A file, or a folder with all that is in it, that got another name. */
interface Renamed {
  oldUri: vscode.Uri;
  newUri: vscode.Uri;
}

/** What is promoted is promoted in a file. Where one gets another name, says so while that can be taken back. */
export function tellRenamed(links: Links, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(async ({ files }) => {
    const held = await Promise.all(files.map(mayHoldWorkflow));
    if (!held.includes(true)) return;
    const promoted = await promotedFiles(links, log);
    for (const pair of files) {
      const formers = promoted.filter((former) => renamedIn([pair], former));
      if (formers.length > 0) void attempt(log, () => tell(pair, formers));
    }
  });
}

async function mayHoldWorkflow({ oldUri, newUri }: Renamed): Promise<boolean> {
  if (oldUri.path.endsWith('.scanflow')) return true;
  return await vscode.workspace.fs.stat(newUri).then(
    ({ type }) => (type & vscode.FileType.Directory) !== 0,
    () => false,
  );
}

/** Who renames a file in the Explorer may have looked at nothing of ours yet: the engines are asked first. */
async function promotedFiles(links: Links, log: vscode.LogOutputChannel): Promise<vscode.Uri[]> {
  // The health says why none starts.
  const mirrors = await links.asked().catch((error: unknown) => {
    log.warn(asFault(error).message);
    return links.all();
  });
  return mirrors.flatMap(({ link, revisions }) => {
    const names = new Set(revisions.map((revision) => revision.file));
    return [...names].map((file) => vscode.Uri.joinPath(link.folder.uri, file));
  });
}

async function tell(renamed: Renamed, formers: readonly vscode.Uri[]): Promise<void> {
  const { oldUri, newUri } = renamed;
  const back = vscode.l10n.t('Rename Back');
  if ((await vscode.window.showWarningMessage(lostBy(renamed, formers), back)) !== back) return;
  const edit = new vscode.WorkspaceEdit();
  // The whole folder: a workflow needs the files beside it.
  edit.renameFile(newUri, oldUri);
  if (await vscode.workspace.applyEdit(edit)) return;
  const [now, before] = [newUri, oldUri].map((uri) => vscode.workspace.asRelativePath(uri));
  throw fault(
    'SF4915',
    'request',
    `${now} was not renamed to ${before}: it is gone, or something else has that name.`,
    'Rename it in the Explorer.',
  );
}

/** What is no longer in effect, and where. */
function lostBy(renamed: Renamed, formers: readonly vscode.Uri[]): string {
  const [former, ...others] = formers;
  const now = renamedIn([renamed], former!)!;
  const [from, to] = [former!, now].map((uri) => path.posix.basename(uri.path));
  if (others.length === 0) {
    return vscode.l10n.t(
      'What was promoted in {0}, its labels included, is not in effect in {1}: a promotion is of one file. Under its former name it has them back.',
      from!,
      from === to ? vscode.workspace.asRelativePath(now) : to!,
    );
  }
  return vscode.l10n.t(
    'What was promoted in {0}, labels included, is not in effect in {1}: a promotion is of one file. Under their former names they have them back.',
    formers.map((uri) => path.posix.relative(renamed.oldUri.path, uri.path)).join(', '),
    vscode.workspace.asRelativePath(renamed.newUri),
  );
}
