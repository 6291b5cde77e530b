import type { CodeLens, Command } from 'vscode-languageserver-types';
import { phasesOf, type Range } from '../../graph';
import type { RunState } from './run-state';
import type { Snapshot } from './snapshot';

/** Files with more nodes than this show lenses at the file only: a lens a line is noise, and clients slow down. */
const MOST_NODES = 500;

/** What can be done with a workflow and its nodes, above them. The client has the commands. */
export function codeLenses(snapshot: Snapshot, run: RunState | undefined): CodeLens[] {
  const { workflow, uri } = snapshot;
  if (workflow.name === '' && workflow.nodes.size === 0) return [];
  const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const lens = (range: Range, title: string, command: string, argument: object): CodeLens => ({
    range: { start: range.start, end: range.start },
    command: { title, command, arguments: [argument] } satisfies Command,
  });
  const lenses = [lens(top, '$(run-all) Run Graph', 'scanflow.runGraph', { uri })];
  const phases = phasesOf(workflow);
  if (phases.length > 1) {
    for (const phase of phases) lenses.push(lens(top, `Run ${phase}`, 'scanflow.runGraph', { uri, phase }));
  }
  lenses.push(lens(top, '$(type-hierarchy) Open graph', 'scanflow.showGraph', { uri }));
  if (workflow.nodes.size > MOST_NODES) return lenses;
  const tasks = Map.groupBy(run?.tasks ?? [], ({ node }) => node);
  for (const node of workflow.nodes.values()) {
    if (node.kind === 'tracker') continue;
    lenses.push(lens(node.nameRange, '$(run-above) Run to here', 'scanflow.runToNode', { uri, node: node.name }));
    for (const { id, kind, open } of tasks.get(node.name) ?? []) {
      const title =
        kind === 'label'
          ? `${open} critical: label`
          : kind === 'find'
            ? `${open} critical: find clean twins`
            : 'A better model: review';
      lenses.push(lens(node.nameRange, title, 'scanflow.openTask', { uri, node: node.name, task: id }));
    }
  }
  return lenses;
}
