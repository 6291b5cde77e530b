import * as vscode from 'vscode';
import type { RunItem } from '../trees/run-items';
import type { Choice } from './choice';

// Commands also come from lenses, key bindings and other extensions: what they bring is looked at.

export function asUri(given: unknown): vscode.Uri | undefined {
  if (given instanceof vscode.Uri) return given;
  const uri = typeof given === 'object' && given !== null && 'uri' in given ? given.uri : undefined;
  if (uri instanceof vscode.Uri) return uri;
  return typeof uri === 'string' ? vscode.Uri.parse(uri) : undefined;
}

export function choiceOf(given: unknown): Choice | undefined {
  if (typeof given !== 'object' || given === null || given instanceof vscode.Uri) return undefined;
  const { phase, to } = given as { phase?: unknown; to?: unknown };
  if (typeof phase === 'string') return { phase };
  return Array.isArray(to) ? { to: to.map(String) } : undefined;
}

/** Ids of runs: a list of them, or what a view gives, which is the row of its menu and all that are selected with it. */
export function runsOf(given: unknown, chosen?: unknown): string[] {
  const all = [given, chosen].find((one) => Array.isArray(one)) ?? [given];
  return (all as (string | RunItem | undefined)[]).flatMap((one) => {
    if (typeof one === 'string') return one;
    return one?.type === 'run' ? one.row.run : [];
  });
}
