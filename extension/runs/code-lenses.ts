import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { duration } from '../trees/state-icons';
import { nodeOf } from './failures';

/** Above a workflow: run it, draw it. Above a node: run up to it, what it did last, its log. */
export function provideCodeLenses(links: Links, reader: WorkflowReader): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const subscription = links.onDidChange(() => changed.fire());
  const provider = vscode.languages.registerCodeLensProvider(
    { language: 'scanflow', scheme: 'file' },
    {
      onDidChangeCodeLenses: changed.event,
      async provideCodeLenses(document) {
        if (!vscode.workspace.getConfiguration('scanflow', document.uri).get('codeLens', true)) return [];
        const { outline } = await reader.outline(document);
        if (!outline) return [];
        const uri = document.uri;
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        const mirror = folder && links.byKey(folder.uri.toString());
        const row = mirror?.lastOf(vscode.workspace.asRelativePath(uri, false));
        const steps = row && mirror?.known(row.run)?.nodes;
        const lens = (line: number, title: string, command: string, ...words: unknown[]) =>
          new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: words });
        const top = firstLine(document);
        const phases = outline.phases.length > 1 ? outline.phases : [];
        return [
          lens(top, `$(run-all) ${vscode.l10n.t('Run Graph')}`, 'scanflow.runGraph', uri),
          ...phases.map((phase) => lens(top, vscode.l10n.t('Run {0}', phase), 'scanflow.runGraph', uri, { phase })),
          lens(top, `$(type-hierarchy) ${vscode.l10n.t('Graph')}`, 'scanflow.showGraph', uri),
          ...outline.nodes
            .filter(({ kind }) => kind !== 'source')
            .flatMap(({ id, nameRange }) => {
              const at = nameRange.start.line;
              const here = lens(at, `$(run-above) ${vscode.l10n.t('Run to here')}`, 'scanflow.runToNode', {
                uri,
                node: id,
              });
              const step = steps?.findLast(({ name }) => nodeOf(name) === id);
              if (!step || !row || !mirror) return [here];
              const title = [step.state, duration(step.startedAt, step.endedAt)].filter(Boolean).join(' ');
              return [here, lens(at, title, 'scanflow.showLog', { key: mirror.key, run: row.run, node: step.name })];
            }),
        ];
      },
    },
  );
  return vscode.Disposable.from(changed, subscription, provider);
}

/** The line of `scanflow: 1`, under whatever comment opens the file. */
function firstLine(document: vscode.TextDocument): number {
  for (let line = 0; line < Math.min(document.lineCount, 200); line++) {
    if (/^scanflow\s*:/.test(document.lineAt(line).text)) return line;
  }
  return 0;
}
