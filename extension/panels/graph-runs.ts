import * as vscode from 'vscode';
import type { RevisionRow, RunSummary } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { Mirror } from '../runs/mirror';

/** A workflow whose graph is drawn, and the run that is shown over it. */
interface Shown {
  uri: vscode.Uri;
  /** A run of the past that was asked for; null: the newest one, live. */
  shownRun: string | null;
  ran: RanText | null;
}

/** A run, its text where that is known, and whether it is another than there is now. */
export interface RanText {
  run: string;
  text: string | null;
  stale: boolean;
}

export const fileOf = (uri: vscode.Uri): string => vscode.workspace.asRelativePath(uri, false);

/** The newest run of the file, or the one that was asked for. */
export function runOf(links: Links, { uri, shownRun }: Shown): { mirror?: Mirror; run?: string } {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const mirror = folder && links.byKey(folder.uri.toString());
  return { mirror, run: shownRun ?? mirror?.lastOf(fileOf(uri))?.run };
}

/** The revisions in effect on the file. */
export const revisionsOf = (links: Links, shown: Shown): RevisionRow[] =>
  runOf(links, shown).mirror?.revisionsOf(fileOf(shown.uri)) ?? [];

/** The run that is shown, as far as it is known, and the text that it ran. */
export async function ranIn(links: Links, shown: Shown): Promise<Omit<RanText, 'stale'> | null> {
  const { mirror, run } = runOf(links, shown);
  const summary = run === undefined ? undefined : mirror?.known(run);
  if (!mirror || run === undefined || !summary) return null;
  if (shown.ran?.run === run) return shown.ran;
  return { run, text: await textOfRun(mirror.link.folder.uri, summary) };
}

/** The workflow as it was when a run began; null where it is not told, or no longer there. */
async function textOfRun(folder: vscode.Uri, { text }: RunSummary): Promise<string | null> {
  if (text === undefined) return null;
  const bytes = await Promise.resolve(vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, text))).catch(
    () => null,
  );
  return bytes && new TextDecoder().decode(bytes);
}
