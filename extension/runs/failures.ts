import * as vscode from 'vscode';
import type { RunSummary, StepSummary } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { textOf } from './logs';
import type { Mirror } from './mirror';
import { nodeOf } from './node-of';

const LAST_LINES = 5;

/** Failed nodes of the last run of each file, as problems on their lines, with the last words of their logs. */
export function showFailures(links: Links, reader: WorkflowReader, log: vscode.LogOutputChannel): vscode.Disposable {
  const problems = vscode.languages.createDiagnosticCollection('scanflow-run');
  /** File -> what is shown of its newest run. */
  const shown = new Map<string, string>();
  const look = () => {
    for (const mirror of links.all()) {
      for (const row of newestOfEachFile(mirror)) {
        const summary = mirror.known(row);
        if (!summary) continue;
        const state = `${summary.run} ${summary.nodes.map(({ state }) => state).join()}`;
        const key = vscode.Uri.joinPath(mirror.link.folder.uri, summary.file).toString();
        if (shown.get(key) === state) continue;
        shown.set(key, state);
        show(mirror, summary, reader, problems).catch((error: unknown) => log.warn(String(error)));
      }
    }
  };
  /** A run is of a file: under another name, or where it is no more, it has none of its problems. */
  const leave = (gone: vscode.Uri) => {
    problems.forEach((uri) => {
      if (isWithin(uri, gone)) problems.delete(uri);
    });
  };
  /** A name that had a run before has its file back. */
  const come = (uri: vscode.Uri) => {
    for (const key of [...shown.keys()]) if (isWithin(key, uri)) shown.delete(key);
    look();
  };
  // Of what other programs do the watcher tells, of a folder that is renamed or deleted here the editor.
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.scanflow', false, true, false);
  return vscode.Disposable.from(
    problems,
    links.onDidChange(look),
    watcher,
    watcher.onDidDelete(leave),
    watcher.onDidCreate(come),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(leave)),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        leave(oldUri);
        come(newUri);
      }
    }),
  );
}

const isWithin = (uri: vscode.Uri | string, place: vscode.Uri): boolean =>
  `${uri}` === `${place}` || `${uri}`.startsWith(`${place}/`);

function newestOfEachFile(mirror: Mirror): string[] {
  const newest = new Map<string, string>();
  for (const { file, run } of mirror.rows) if (!newest.has(file)) newest.set(file, run);
  return [...newest.values()];
}

async function show(
  mirror: Mirror,
  summary: RunSummary,
  reader: WorkflowReader,
  problems: vscode.DiagnosticCollection,
) {
  const uri = vscode.Uri.joinPath(mirror.link.folder.uri, summary.file);
  const failed = summary.nodes.filter(({ fault }) => fault !== null);
  if (failed.length === 0) return problems.delete(uri);
  const { outline } = await reader.outline(await vscode.workspace.openTextDocument(uri));
  const places = new Map(outline?.nodes.map(({ id, nameRange }) => [id, nameRange]));
  problems.set(
    uri,
    await Promise.all(
      failed.map(async (step) => {
        const at = places.get(nodeOf(step.name));
        const range = at
          ? new vscode.Range(at.start.line, at.start.character, at.end.line, at.end.character)
          : new vscode.Range(0, 0, 0, 0);
        return diagnosticOf(step, range, await lastWords(mirror, summary.run, step.name));
      }),
    ),
  );
}

function diagnosticOf({ name, fault }: StepSummary, range: vscode.Range, words: string): vscode.Diagnostic {
  const text = `${name}: ${fault?.message ?? ''} ${fault?.remedy ?? ''}${words ? `\n${words}` : ''}`;
  const diagnostic = new vscode.Diagnostic(range, text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Scanflow run';
  diagnostic.code = fault?.code;
  return diagnostic;
}

async function lastWords(mirror: Mirror, run: string, node: string): Promise<string> {
  const chunks = await mirror.link.ask('logs', { run, node });
  const last = chunks.at(-1);
  return last?.text ? textOf([last]).trimEnd().split('\n').slice(-LAST_LINES).join('\n') : '';
}
