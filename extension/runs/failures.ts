import path from 'node:path';
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
  const shown = new Map<string, string>();
  const subscription = links.onDidChange(() => {
    for (const mirror of links.all()) {
      for (const row of newestOfEachFile(mirror)) {
        const summary = mirror.known(row);
        if (!summary) continue;
        const state = `${summary.run} ${summary.nodes.map(({ state }) => state).join()}`;
        const key = `${mirror.key} ${summary.file}`;
        if (shown.get(key) === state) continue;
        shown.set(key, state);
        show(mirror, summary, reader, problems).catch((error: unknown) => log.warn(String(error)));
      }
    }
  });
  return vscode.Disposable.from(problems, subscription);
}

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
  const uri = vscode.Uri.file(path.resolve(mirror.link.folder.uri.fsPath, summary.file));
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
