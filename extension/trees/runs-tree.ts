import * as vscode from 'vscode';
import type { RunRow, RunSummary, StepSummary } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { Mirror } from '../runs/mirror';
import { attempt } from '../tell-fault';
import { duration } from './duration';
import { ago, stateIcon } from './state-icons';

export type RunItem =
  | { type: 'run'; mirror: Mirror; row: RunRow }
  | { type: 'step'; mirror: Mirror; run: string; step: StepSummary; metrics: Record<string, number> }
  | { type: 'metric'; name: string; value: number };

/** The history: runs, their steps, what each measured. */
export class RunsTree implements vscode.TreeDataProvider<RunItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly links: Links,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscription = links.onDidChange(() => this.changed.fire());
  }

  async getChildren(item?: RunItem): Promise<RunItem[]> {
    if (!item) {
      const runs = this.links
        .all()
        .flatMap((mirror) => mirror.rows.map((row): RunItem & { type: 'run' } => ({ type: 'run', mirror, row })));
      return runs.sort((a, b) => (a.row.startedAt < b.row.startedAt ? 1 : -1));
    }
    if (item.type === 'run') {
      const { mirror, row } = item;
      const summary = await attempt(this.log, () => mirror.summary(row.run));
      return summary ? stepsOf(mirror, summary) : [];
    }
    if (item.type === 'step') {
      return Object.entries(item.metrics).map(([name, value]) => ({ type: 'metric', name, value }));
    }
    return [];
  }

  getTreeItem(item: RunItem): vscode.TreeItem {
    if (item.type === 'run') return runRow(item.mirror, item.row);
    if (item.type === 'step') return stepRow(item);
    const row = new vscode.TreeItem(item.name, vscode.TreeItemCollapsibleState.None);
    row.description = String(Number(item.value.toPrecision(6)));
    row.iconPath = new vscode.ThemeIcon('symbol-number');
    row.contextValue = 'metric';
    return row;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function stepsOf(mirror: Mirror, { run, nodes, metrics }: RunSummary): RunItem[] {
  return nodes.map((step) => ({
    type: 'step',
    mirror,
    run,
    step,
    metrics: metrics[step.name.replace(/@[^@]*$/, '')] ?? {},
  }));
}

function runRow(mirror: Mirror, { run, workflow, file, state, startedAt, endedAt }: RunRow): vscode.TreeItem {
  const row = new vscode.TreeItem(workflow, vscode.TreeItemCollapsibleState.Collapsed);
  const interrupted = state === 'running' && mirror.interrupted(run);
  row.id = `${mirror.key} ${run}`;
  row.iconPath = interrupted ? new vscode.ThemeIcon('debug-pause') : stateIcon(state);
  const said = interrupted ? vscode.l10n.t('interrupted') : state;
  row.description = [said, duration(startedAt, endedAt), ago(startedAt)].filter(Boolean).join(' · ');
  row.tooltip = `${run}\n${file}\n${new Date(startedAt).toLocaleString()}`;
  row.accessibilityInformation = { label: `${workflow}, ${row.description}` };
  const active = !interrupted && (state === 'running' || state === 'waiting');
  const resumable = interrupted || state === 'failed' || state === 'cancelled';
  row.contextValue = active ? 'run active' : resumable ? 'run resumable' : 'run ended';
  return row;
}

function stepRow({ mirror, run, step, metrics }: RunItem & { type: 'step' }): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const row = new vscode.TreeItem(step.name, Object.keys(metrics).length > 0 ? Collapsed : None);
  row.id = `${mirror.key} ${run} ${step.name}`;
  row.iconPath = stateIcon(step.state);
  const share = step.state === 'running' && step.progress ? `${Math.round(100 * step.progress.done)} %` : '';
  const tries = step.attempt > 1 ? vscode.l10n.t('attempt {0}', step.attempt) : '';
  row.description = [step.state, share, tries, duration(step.startedAt, step.endedAt)].filter(Boolean).join(' · ');
  row.tooltip =
    [step.fault?.message, step.fault?.remedy, step.reason, step.progress?.message].filter(Boolean).join('\n') ||
    step.name;
  row.accessibilityInformation = { label: `${step.name}, ${row.description}` };
  row.contextValue = 'step';
  row.command = {
    title: vscode.l10n.t('Show Log'),
    command: 'scanflow.showLog',
    arguments: [{ key: mirror.key, run, node: step.name }],
  };
  return row;
}
