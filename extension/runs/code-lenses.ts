import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { duration } from '../trees/duration';
import { stepOf } from './step-of';

/** Above a node, beside what the language server offers there: how it ended last; a click opens its log. */
export function provideCodeLenses(links: Links, reader: WorkflowReader): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const subscription = links.onDidChange(() => changed.fire());
  const provider = vscode.languages.registerCodeLensProvider(
    { language: 'scanflow', scheme: 'file' },
    {
      onDidChangeCodeLenses: changed.event,
      async provideCodeLenses(document) {
        const { uri } = document;
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        const mirror = folder && links.byKey(folder.uri.toString());
        const row = mirror?.lastOf(vscode.workspace.asRelativePath(uri, false));
        const steps = row && mirror?.known(row.run)?.nodes;
        if (!steps || !vscode.workspace.getConfiguration('scanflow', uri).get('codeLens', true)) return [];
        const { outline } = await reader.outline(document);
        return (outline?.nodes ?? []).flatMap(({ id, nameRange }) => {
          const step = stepOf(steps, id);
          if (!step) return [];
          const { line, character } = nameRange.start;
          const title = [step.state, duration(step.startedAt, step.endedAt)].filter(Boolean).join(' ');
          const place = { key: mirror.key, run: row.run, node: step.name };
          const command = { title, command: 'scanflow.showLog', arguments: [place] };
          return [new vscode.CodeLens(new vscode.Range(line, character, line, character), command)];
        });
      },
    },
  );
  return vscode.Disposable.from(changed, subscription, provider);
}
