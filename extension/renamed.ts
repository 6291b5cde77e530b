import path from 'node:path';
import * as vscode from 'vscode';
import { fault, type WatchRow } from '../engine/protocol';
import { disarm, tellOvertaken } from './ended-watches';
import { asFault } from './engine/link';
import type { Links } from './engine/links';
import { renamedIn } from './panels/graph-places';
import type { Mirror } from './runs/mirror';
import { attempt } from './tell-fault';

/** A file, or a folder with all that is in it, that got another name. */
interface Renamed {
  oldUri: vscode.Uri;
  newUri: vscode.Uri;
}

/** What is promoted, or watched, is so in a file. Where one gets another name, says so while that can be taken back, or followed. */
export function tellRenamed(links: Links, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.workspace.onDidRenameFiles(async ({ files }) => {
    const held = await Promise.all(files.map(mayHoldWorkflow));
    if (!held.includes(true)) return;
    const mirrors = await askedMirrors(links, log);
    const promoted = promotedFiles(mirrors);
    for (const pair of files) {
      const formers = promoted.filter((former) => renamedIn([pair], former));
      if (formers.length > 0) void attempt(log, () => tell(pair, formers));
    }
    for (const mirror of mirrors) {
      for (const watch of mirror.watches) {
        const now = renamedIn(files, vscode.Uri.joinPath(mirror.link.folder.uri, watch.file));
        if (now) void attempt(log, () => tellWatched(links, mirror, watch, now));
      }
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
async function askedMirrors(links: Links, log: vscode.LogOutputChannel): Promise<Mirror[]> {
  try {
    return await links.asked();
  } catch (error) {
    // The health says why none starts.
    log.warn(asFault(error).message);
    return links.all();
  }
}

function promotedFiles(mirrors: readonly Mirror[]): vscode.Uri[] {
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

/** Nothing arms itself: it follows only where a person wants it to, for it begins anew there. */
async function tellWatched(links: Links, mirror: Mirror, watch: WatchRow, now: vscode.Uri): Promise<void> {
  const follow = vscode.l10n.t('Watch Again');
  const end = vscode.l10n.t("Don't Watch");
  const message = vscode.l10n.t(
    '{0} was watched under its former name {1}, and no run of it can begin. Under the new one all files of its watched sources are taken anew.',
    vscode.workspace.asRelativePath(now),
    watch.file,
  );
  const chosen = await vscode.window.showWarningMessage(message, follow, end);
  if (chosen === end) return disarm(mirror, watch);
  if (chosen !== follow) return;
  const { link } = links.of(now);
  const { parameters, runtime, jobs } = watch;
  const file = path.relative(link.folder.uri.fsPath, now.fsPath);
  // A notice may stand for days.
  const [former, armed] = await Promise.all([mirror.link.ask('watches', {}), link.ask('watches', {})]);
  const isThere = former.some((one) => one.file === watch.file && one.since === watch.since);
  if (!isThere || armed.some((one) => one.file === file)) return tellOvertaken(links.of(now), { ...watch, file });
  await link.ask('watch', { file, parameters, runtime, jobs });
  await mirror.link.ask('watch', { file: watch.file, off: true });
  await Promise.all([...new Set([mirror, links.of(now)])].map((one) => one.refresh()));
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is watched: it runs by itself when its data or its time comes.', watch.workflow),
  );
}
