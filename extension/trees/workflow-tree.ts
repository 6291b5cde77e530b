import * as vscode from 'vscode';
import { type InsertedNode, sayChange } from '../../engine/protocol';
import type { Range } from '../../graph';
import type { Links } from '../engine/links';
import { inEffect } from '../graph/inserted';
import type { Outline, OutlineEdge, OutlineGroup, OutlineNode } from '../graph/outline';
import type { WorkflowReader } from '../graph/reader';
import { stepOf } from '../runs/step-of';
import { stateIcon } from './state-icons';

export type WorkflowItem =
  | { type: 'group'; group: OutlineGroup; uri: vscode.Uri }
  | { type: 'node'; node: OutlineNode; uri: vscode.Uri }
  | { type: 'edge'; edge: OutlineEdge; incoming: boolean; uri: vscode.Uri }
  | {
      type: 'inserted';
      inserted: InsertedNode;
      improver: string;
      review: { key: string; decision: string };
      uri: vscode.Uri;
    }
  /** A revision says otherwise of a node than the text. */
  | { type: 'revised'; says: string; improver: string; review: { key: string; decision: string }; uri: vscode.Uri };

/** In no text. */
type FromRevision = Extract<WorkflowItem, { review: unknown }>;

const KIND_ICONS = {
  source: 'database',
  task: 'circle-large',
  tracker: 'graph-line',
  checker: 'shield',
  improver: 'arrow-up',
};

/** The workflow in the editor as a tree: the graph's native twin, for keyboard and screen reader. */
export class WorkflowTree implements vscode.TreeDataProvider<WorkflowItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private document: vscode.TextDocument | null = null;
  private outline: Outline | null = null;
  private later: NodeJS.Timeout | null = null;
  private readonly checked = new Set<string>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly reader: WorkflowReader,
    private readonly links: Links,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      this.changed,
      vscode.window.onDidChangeActiveTextEditor(() => this.look()),
      vscode.workspace.onDidOpenTextDocument(() => this.document ?? this.look()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => document === this.document && this.lookSoon()),
      links.onDidChange(() => this.changed.fire()),
    ];
    this.look();
  }

  get file(): vscode.Uri | undefined {
    return this.document?.uri;
  }

  /** Nodes whose boxes are checked: what a person chose to run. */
  get chosen(): string[] {
    const there = new Set(this.outline?.nodes.map(({ id }) => id));
    return [...this.checked].filter((id) => there.has(id));
  }

  /** The node that the cursor stands in; where it stands in none, a person chooses. */
  async nodeAtCursor(): Promise<{ uri: vscode.Uri; node: string } | undefined> {
    const { document, outline } = this;
    if (!document || !outline) return undefined;
    const nodes = outline.nodes.filter(({ kind }) => kind !== 'source');
    const editor = vscode.window.activeTextEditor;
    const line = editor?.document === document ? editor.selection.active.line : -1;
    const at = nodes.find(({ range }) => range.start.line <= line && line <= range.end.line);
    const placeHolder = vscode.l10n.t('Run up to which node');
    const node =
      at?.id ??
      (await vscode.window.showQuickPick(
        nodes.map(({ id }) => id),
        { placeHolder },
      ));
    return node === undefined ? undefined : { uri: document.uri, node };
  }

  check(item: WorkflowItem, on: boolean): void {
    if (item.type !== 'node') return;
    if (on) this.checked.add(item.node.id);
    else this.checked.delete(item.node.id);
    this.tellWhatIsThere();
  }

  getChildren(item?: WorkflowItem): WorkflowItem[] {
    const { outline, document } = this;
    if (!outline || !document) return [];
    const uri = document.uri;
    if (item?.type === 'edge' || (item && isFromRevision(item))) return [];
    if (item?.type === 'node') {
      const { id } = item.node;
      const edges = outline.edges.flatMap((edge): WorkflowItem[] => [
        ...(edge.to === id ? [{ type: 'edge' as const, edge, incoming: true, uri }] : []),
        ...(edge.from === id ? [{ type: 'edge' as const, edge, incoming: false, uri }] : []),
      ]);
      return [...this.fromRevisions(id, outline, uri), ...edges];
    }
    const parent = item?.group.name ?? null;
    const groups = outline.groups.filter((group) => group.parent === parent);
    const nodes = outline.nodes.filter(({ group }) => group === parent);
    return [
      ...groups.map((group): WorkflowItem => ({ type: 'group', group, uri })),
      ...nodes.map((node): WorkflowItem => ({ type: 'node', node, uri })),
    ];
  }

  getTreeItem(item: WorkflowItem): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    if (item.type === 'group') {
      const row = new vscode.TreeItem(item.group.name, Expanded);
      row.iconPath = new vscode.ThemeIcon(item.group.order === 'parallel' ? 'split-horizontal' : 'list-ordered');
      row.description = item.group.order;
      row.contextValue = 'group';
      row.command = goTo(item);
      return row;
    }
    if (item.type === 'inserted') return this.insertedRow(item);
    if (item.type === 'revised') return revisedRow(item);
    if (item.type === 'edge') {
      const { edge, incoming } = item;
      const other = incoming ? portOf(edge.from, edge.fromPort) : portOf(edge.to, edge.toPort);
      const row = new vscode.TreeItem(other, None);
      row.iconPath = new vscode.ThemeIcon(incoming ? 'arrow-small-left' : 'arrow-small-right');
      row.description = `${edge.label}${edge.via === 'tracker' ? ' via tracker' : ''}`;
      row.accessibilityInformation = { label: `${incoming ? 'from' : 'to'} ${other}, ${row.description}` };
      row.contextValue = 'edge';
      row.command = goTo(item);
      return row;
    }
    const { node } = item;
    const row = new vscode.TreeItem(node.name, Collapsed);
    const state = this.stateOf(node.id);
    row.iconPath = state ? stateIcon(state) : new vscode.ThemeIcon(KIND_ICONS[node.kind]);
    row.description = [node.label, node.versions, state].filter(Boolean).join(', ');
    row.tooltip = `${node.program}\n${node.kind}, ${node.nature}${node.description ? `\n\n${node.description}` : ''}`;
    row.accessibilityInformation = { label: `${node.name}, ${node.kind}, ${node.nature}, ${row.description}` };
    row.contextValue = node.kind === 'source' ? 'source' : 'node';
    if (node.kind !== 'source') {
      const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
      row.checkboxState = {
        state: this.checked.has(node.id) ? Checked : Unchecked,
        tooltip: vscode.l10n.t('Run up to {0}', node.name),
        accessibilityInformation: { label: vscode.l10n.t('Run up to {0}', node.name) },
      };
    }
    row.command = goTo(item);
    return row;
  }

  dispose(): void {
    if (this.later) clearTimeout(this.later);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** What revisions put before a node, and what they say of it: in no text, and in every run. */
  private fromRevisions(id: string, outline: Outline, uri: vscode.Uri): WorkflowItem[] {
    const { mirror, file } = this.engine();
    if (!mirror) return [];
    return inEffect(outline, mirror.revisionsOf(file)).flatMap(({ inserts, sets, improver, decision }) => {
      const from = { improver, review: { key: mirror.key, decision }, uri };
      return [
        ...sets
          .filter(({ node }) => node === id)
          .map((change): WorkflowItem => ({ type: 'revised', says: sayChange(change), ...from })),
        ...inserts
          .filter(({ before }) => before.startsWith(`${id}.`))
          .map((inserted): WorkflowItem => ({ type: 'inserted', inserted, ...from })),
      ];
    });
  }

  private insertedRow(item: WorkflowItem & { type: 'inserted' }): vscode.TreeItem {
    const { inserted, improver, review } = item;
    const row = new vscode.TreeItem(inserted.name, vscode.TreeItemCollapsibleState.None);
    const state = this.stateOf(inserted.node);
    row.iconPath = state ? stateIcon(state) : new vscode.ThemeIcon('diff-added');
    const said =
      inserted.op === 'merge'
        ? vscode.l10n.t('joins the feedback of {1} to what goes to {0}', inserted.before, improver)
        : vscode.l10n.t('put before {0} by a revision of {1}', inserted.before, improver);
    row.description = [said, state].filter(Boolean).join(', ');
    row.tooltip = inserted.program;
    row.accessibilityInformation = { label: `${inserted.name}, ${row.description}` };
    row.contextValue = 'inserted';
    row.command = reviewOf(review);
    return row;
  }

  /** Its state in the file's last run. */
  private stateOf(id: string) {
    const { mirror, file } = this.engine();
    const row = mirror?.lastOf(file);
    return row && stepOf(mirror?.known(row.run)?.nodes ?? [], id)?.state;
  }

  private engine() {
    const { document } = this;
    const folder = document && vscode.workspace.getWorkspaceFolder(document.uri);
    const mirror = folder && this.links.byKey(folder.uri.toString());
    return { mirror, file: document ? vscode.workspace.asRelativePath(document.uri, false) : '' };
  }

  /** The editor in front, or the last workflow that was: the tree does not empty when a log is opened. */
  private look(): void {
    const active = vscode.window.activeTextEditor?.document;
    const workflow =
      active?.languageId === 'scanflow'
        ? active
        : (this.document ??
          vscode.window.visibleTextEditors.find(({ document }) => document.languageId === 'scanflow')?.document ??
          // After a reload the text may be behind a panel, and read only for the graph beside it.
          vscode.workspace.textDocuments.find(({ languageId }) => languageId === 'scanflow'));
    if (!workflow || workflow.isClosed) return;
    if (this.document !== workflow) {
      // Nothing of the former one is shown, or run, as if it were of this one.
      this.document = workflow;
      this.checked.clear();
      this.show(null);
    }
    this.reader.outline(workflow).then(
      ({ outline }) => {
        if (this.document !== workflow) return;
        // A syntax error leaves the last good tree.
        this.show(outline ?? this.outline);
      },
      (error: unknown) => this.log.warn(String(error)),
    );
  }

  private show(outline: Outline | null): void {
    this.outline = outline;
    this.tellWhatIsThere();
    this.changed.fire();
  }

  /** Commands are offered by it: a node that is checked may be renamed, or of another workflow. */
  private tellWhatIsThere(): void {
    const phases = this.outline?.phases ?? [];
    const there = {
      hasTraining: phases.includes('training'),
      hasInference: phases.includes('inference'),
      hasChecked: this.chosen.length > 0,
    };
    for (const [name, is] of Object.entries(there)) {
      void vscode.commands.executeCommand('setContext', `scanflow.${name}`, is);
    }
  }

  private lookSoon(): void {
    if (this.later) clearTimeout(this.later);
    this.later = setTimeout(() => this.look(), 200);
  }
}

const portOf = (id: string, port: string | null) => (port === null ? id : `${id}.${port}`);

/** Where an item stands in the text. */
export function placeOf(item: Exclude<WorkflowItem, FromRevision>): Range {
  if (item.type === 'group') return item.group.range;
  return item.type === 'edge' ? item.edge.range : item.node.nameRange;
}

function goTo(item: Exclude<WorkflowItem, FromRevision>): vscode.Command {
  return { title: vscode.l10n.t('Go to Source'), command: 'scanflow.revealInSource', arguments: [item] };
}

function revisedRow({ says, improver, review }: WorkflowItem & { type: 'revised' }): vscode.TreeItem {
  const row = new vscode.TreeItem(says, vscode.TreeItemCollapsibleState.None);
  row.iconPath = new vscode.ThemeIcon('diff-modified');
  row.description = vscode.l10n.t('set by a revision of {0}', improver);
  row.accessibilityInformation = { label: `${says}, ${row.description}` };
  row.contextValue = 'revised';
  row.command = reviewOf(review);
  return row;
}

const reviewOf = (review: FromRevision['review']): vscode.Command => ({
  ...{ title: vscode.l10n.t('Review'), command: 'scanflow.reviewModel', arguments: [review] },
});

/** Does it stand in no text, for a revision brought it? */
export const isFromRevision = (item: WorkflowItem): item is FromRevision =>
  item.type === 'inserted' || item.type === 'revised';
