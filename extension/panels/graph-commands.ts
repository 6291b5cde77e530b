import * as vscode from 'vscode';
import { GRAPH_ACTIONS, type GraphAction } from '../messages';
import type { GraphPanels } from './graph-panel';

type Register = (name: string, act: (...words: unknown[]) => unknown) => vscode.Disposable;

/** The commands of the graph panel: `scanflow.graph.*`. From a context menu they get what it was opened at. */
export function graphCommands(panels: GraphPanels, on: Register): vscode.Disposable[] {
  const acts = GRAPH_ACTIONS.map((action: GraphAction) =>
    on(`graph.${action}`, (context?: unknown) => panels.act(action, idIn(context))),
  );
  return [
    ...acts,
    on('graph.lock', () => panels.lock(true)),
    on('graph.unlock', () => panels.lock(false)),
    on('graph.chooseRun', () => panels.chooseRun()),
    on('exportGraph', () => panels.export()),
    on('revealInGraph', () => {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document.languageId === 'scanflow') panels.reveal(editor.document.uri, editor.selection.active);
    }),
  ];
}

function idIn(context: unknown): string | null {
  if (typeof context !== 'object' || context === null || !('id' in context)) return null;
  return typeof context.id === 'string' ? context.id : null;
}
