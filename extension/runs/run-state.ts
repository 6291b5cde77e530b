import * as vscode from 'vscode';
import type { RunSummary } from '../../engine/protocol';
import type { RunStateParams } from '../../language-server/requests';
import type { Links } from '../engine/links';
import { duration } from '../trees/duration';
import { nodeOf } from './node-of';
import { type PastRun, pastRun } from './past-run';

/** So many runs of the past are told, the newest included. */
const PAST = 5;

/** What the language server is told of a file's newest runs; null where it has none. */
export function runStateOf(links: Links, uri: vscode.Uri): RunStateParams | null {
  const { mirror, rows } = runsOf(links, uri);
  const summary = rows[0] && mirror?.known(rows[0].run);
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
  const history = rows.flatMap(({ run }) => known(mirror.known(run)) ?? []).toReversed();
  return { uri: uri.toString(), run: summary.run, nodes, history, tasks };
}

/** Asks for what the language server is to be told of runs that nobody has asked for yet. @returns whether any came. */
export async function askForPast(links: Links, uri: vscode.Uri): Promise<boolean> {
  const { mirror, rows } = runsOf(links, uri);
  const unknown = rows.filter(({ run }) => !mirror?.known(run));
  const answers = await Promise.allSettled(unknown.map(({ run }) => mirror!.summary(run)));
  return answers.some(({ status }) => status === 'fulfilled');
}

function runsOf(links: Links, uri: vscode.Uri) {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const mirror = folder && links.byKey(folder.uri.toString());
  const file = vscode.workspace.asRelativePath(uri, false);
  return { mirror, rows: (mirror?.rows ?? []).filter((row) => row.file === file).slice(0, PAST) };
}

/** A summary that ended stays the same object. */
const past = new WeakMap<RunSummary, PastRun>();

function known(summary: RunSummary | undefined): PastRun | undefined {
  if (!summary) return undefined;
  const found = past.get(summary) ?? pastRun(summary);
  past.set(summary, found);
  return found;
}
