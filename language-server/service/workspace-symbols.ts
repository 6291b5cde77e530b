import { SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver-types';
import { type Cancellation, throwIfCancelled } from './cancellation';
import type { Snapshot } from './snapshot';

const MAX_SYMBOLS = 500;

/** Nodes, executors, sources, parameters and workflows of many files whose names hold the letters of a query in their order. */
export function workspaceSymbols(snapshots: Iterable<Snapshot>, query: string, token: Cancellation): WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  for (const { uri, workflow } of snapshots) {
    throwIfCancelled(token);
    const add = (named: Iterable<{ name: string; nameRange: WorkspaceSymbolRange }>, kind: SymbolKind): void => {
      for (const { name, nameRange } of named) {
        if (found.length < MAX_SYMBOLS && matches(name, query)) {
          found.push({ name, kind, containerName: workflow.name, location: { uri, range: nameRange } });
        }
      }
    };
    if (matches(workflow.name, query) && workflow.name !== '') {
      const start = { line: 0, character: 0 };
      found.push({ name: workflow.name, kind: SymbolKind.Namespace, location: { uri, range: { start, end: start } } });
    }
    add(workflow.nodes.values(), SymbolKind.Class);
    add(workflow.executors.values(), SymbolKind.Module);
    add(workflow.sources.values(), SymbolKind.File);
    add(workflow.parameters.values(), SymbolKind.Variable);
    add(workflow.workflows.values(), SymbolKind.Namespace);
  }
  return found.slice(0, MAX_SYMBOLS);
}

type WorkspaceSymbolRange = { start: { line: number; character: number }; end: { line: number; character: number } };

/** Are the letters of a query in a name, in this order? */
export function matches(name: string, query: string): boolean {
  const letters = name.toLowerCase();
  let at = 0;
  for (const letter of query.toLowerCase().replace(/\s+/g, '')) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
