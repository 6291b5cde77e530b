import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import { type EditGraphResult, editGraphRequest, type GraphEdit } from '../../language-server/requests';
import { connectionsBetween } from '../graph/connections';
import { edgeIndex, type Outline } from '../graph/outline';
import type { LanguageLink } from '../language-client';
import type { GraphChange } from '../messages';
import { writeEdit } from './write-edit';

/** A graph and the version of the text that it was read from. */
export interface Drawn {
  uri: vscode.Uri;
  outline: Outline;
  version: number;
}

/** Writes what a person does in the drawing back into the text: asks what is missing, and lets the server edit. */
export class GraphEdits {
  constructor(private readonly server: () => LanguageLink | null) {}

  /** @throws SF4908 with what is in the way. */
  async change(drawn: Drawn, change: GraphChange, id: string | null): Promise<void> {
    const edit =
      change === 'add' ? await askNode(drawn.outline) : id === null ? null : await askEdit(drawn.outline, change, id);
    if (edit) await this.write(drawn, edit);
  }

  /** Asks which ports, where several fit, and in which phase. */
  async connect(drawn: Drawn, from: string, to: string): Promise<void> {
    const { outline } = drawn;
    const rows = connectionsBetween(outline, from, to).map((connection) => ({
      label: `${connection.from} → ${connection.to}`,
      description: connection.taken
        ? vscode.l10n.t('has an edge already')
        : connection.types || vscode.l10n.t('order only'),
      connection,
    }));
    if (rows.length === 0) {
      throw fault('SF4908', 'request', `No edge can lead from ${from} to ${to}.`, 'Choose a node with an input.');
    }
    const row = await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which output to which input') });
    if (!row) return;
    const label = await askPhase(outline);
    if (label === undefined) return;
    const edit: GraphEdit = { kind: 'connect', from: row.connection.from, to: row.connection.to };
    await this.write(drawn, label === null ? edit : { ...edit, label });
  }

  private async write({ uri, version }: Drawn, edit: GraphEdit): Promise<void> {
    const textDocument = { uri: uri.toString() };
    const result: EditGraphResult | null =
      (await this.server()?.ask(editGraphRequest, { textDocument, version, edit })) ?? null;
    if (result === null) {
      throw fault('SF4909', 'failed', 'The language server does not answer.', 'See the log of Scanflow, then reload.');
    }
    if ('refused' in result) throw fault('SF4908', 'request', result.refused, 'Write it in the text.');
    const edits = new vscode.WorkspaceEdit();
    for (const { range, newText } of result.edits) {
      const { start, end } = range;
      edits.replace(uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
    }
    await writeEdit(uri, edits);
  }
}

async function askNode({ programs, nodes, groups }: Outline): Promise<GraphEdit | null> {
  const rows = programs.map(({ name, builtin, description }) => ({
    label: name,
    description: builtin ? vscode.l10n.t('built-in') : vscode.l10n.t('executor'),
    detail: description,
    builtin,
  }));
  const row = await vscode.window.showQuickPick(rows, {
    placeHolder: vscode.l10n.t('What the new node runs'),
    matchOnDetail: true,
  });
  if (!row) return null;
  const taken = new Set(nodes.map(({ id }) => id));
  const base = row.label.replace(/^scanflow\//, '');
  const free = [base, ...Array.from({ length: taken.size + 1 }, (_, at) => `${base}-${at + 2}`)].find(
    (name) => !taken.has(name),
  );
  const name = await askName(vscode.l10n.t('Name of the new node'), free ?? base, taken);
  if (name === undefined) return null;
  const group = groups.length > 0 ? await askGroup(groups.map((one) => one.name)) : null;
  if (group === undefined) return null;
  const program = row.builtin ? { uses: row.label } : { executor: row.label };
  return { kind: 'add-node', name, program, ...(group === null ? {} : { workflow: group }) };
}

async function askEdit(outline: Outline, change: GraphChange, id: string): Promise<GraphEdit | null> {
  const index = outline.edges.some((one) => one.id === id) ? edgeIndex(id) : null;
  if (index !== null && change === 'remove') return { kind: 'disconnect', edge: index };
  if (index !== null && change === 'relabel') {
    const label = await askPhase(outline);
    return label === undefined ? null : { kind: 'relabel', edge: index, label };
  }
  const node = outline.nodes.find((one) => one.id === id && one.kind !== 'source');
  if (!node) {
    throw fault(
      'SF4908',
      'request',
      'That can only be changed in the text.',
      'Select a node or an edge, or write it there.',
    );
  }
  switch (change) {
    case 'remove':
      return { kind: 'remove-node', name: id };
    case 'rename': {
      const to = await askName(vscode.l10n.t('New name of {0}', id), id, new Set(outline.nodes.map((one) => one.id)));
      return to === undefined || to === id ? null : { kind: 'rename-node', name: id, to };
    }
    case 'move': {
      const workflow = await askGroup(outline.groups.map(({ name }) => name));
      return workflow === undefined ? null : { kind: 'move', node: id, workflow };
    }
    default:
      return null;
  }
}

async function askName(prompt: string, value: string, taken: ReadonlySet<string>): Promise<string | undefined> {
  return vscode.window.showInputBox({
    prompt,
    value,
    validateInput(text) {
      if (!/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/.test(text))
        return vscode.l10n.t('Letters, digits, - and _; a letter first.');
      return text !== value && taken.has(text) ? vscode.l10n.t('There is a node of this name.') : null;
    },
  });
}

/** @returns null for none; undefined where the person leaves. */
async function askGroup(groups: string[]): Promise<string | null | undefined> {
  const none = vscode.l10n.t('In no sub-workflow');
  const rows = [{ label: none, group: null as string | null }, ...groups.map((group) => ({ label: group, group }))];
  return (await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('In which sub-workflow') }))?.group;
}

/** @returns null for every phase; undefined where the person leaves. */
async function askPhase({ phases }: Outline): Promise<string | null | undefined> {
  const every = vscode.l10n.t('In every phase');
  const rows = [
    ...phases.map((phase) => ({ label: phase, phase: phase as string | null })),
    { label: every, phase: null },
  ];
  return (await vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('In which phase') }))?.phase;
}
