import * as vscode from 'vscode';
import type { TaskRow } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { Mirror } from '../runs/mirror';
import { whenDifferent } from './when-different';

export interface TaskItem {
  mirror: Mirror;
  task: TaskRow;
}

const ICONS = new Map<TaskRow['kind'], string>([
  ['label', 'tag'],
  ['find', 'search'],
  ['authorise', 'verified'],
]);

/** What waits for a person, with a count on the view's badge. */
export class HumanTasksTree implements vscode.TreeDataProvider<TaskItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;
  view: vscode.TreeView<TaskItem> | null = null;

  constructor(private readonly links: Links) {
    const look = whenDifferent(
      () => links.all().map(({ key, tasks }) => [key, tasks]),
      () => {
        this.changed.fire();
        this.count();
      },
    );
    this.subscription = links.onDidChange(look);
  }

  getChildren(item?: TaskItem): TaskItem[] {
    if (item) return [];
    return this.links.all().flatMap((mirror) => mirror.tasks.map((task) => ({ mirror, task })));
  }

  getTreeItem({ mirror, task }: TaskItem): vscode.TreeItem {
    const row = new vscode.TreeItem(task.title, vscode.TreeItemCollapsibleState.None);
    row.id = `${mirror.key} ${task.id}`;
    row.iconPath = new vscode.ThemeIcon(ICONS.get(task.kind)!, new vscode.ThemeColor('scanflow.waiting'));
    const total = task.open + task.answered + task.skipped;
    row.description = task.kind === 'authorise' ? task.workflow : `${total - task.open}/${total} · ${task.workflow}`;
    row.tooltip = `${task.title}\n${task.workflow}, ${task.node}`;
    row.accessibilityInformation = { label: `${task.title}, ${task.kind}, ${row.description}` };
    row.contextValue = task.kind === 'authorise' ? 'decision waiting' : 'task';
    row.command = {
      title: vscode.l10n.t('Open'),
      command: 'scanflow.openTask',
      arguments: [{ mirror, task }],
    };
    return row;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private count(): void {
    const tasks = this.getChildren();
    void vscode.commands.executeCommand('setContext', 'scanflow.hasTask', tasks.length > 0);
    if (!this.view) return;
    const tooltip =
      tasks.length === 1
        ? vscode.l10n.t('1 task waits for you')
        : vscode.l10n.t('{0} tasks wait for you', tasks.length);
    this.view.badge = tasks.length > 0 ? { value: tasks.length, tooltip } : undefined;
  }
}
