import * as vscode from 'vscode';
import { isSize, type OutputRow, type RunRow, sizeOf } from '../../engine/protocol';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import type { Mirror } from '../runs/mirror';
import { Ages } from './ages';
import { duration } from './duration';
import { attemptItems, fitsFilter, type RunItem, type StepItem, stepItems } from './run-items';
import { stateIcon, stateShown } from './state-icons';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** Events come in bursts; what is open is shown anew once (milliseconds). */
const PAUSE = 250;

/** For so long older runs are taken to be as they were (milliseconds): events come in bursts. */
const WHILE = 10_000;

/** The history: runs, their steps, the attempts of each, what it measured, what passed to it and what it left. */
export class RunsTree implements vscode.TreeDataProvider<RunItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RunItem[] | undefined>();
  private readonly subscription: vscode.Disposable;
  private readonly ages = new Ages<RunItem>();
  private words = '';
  private showsOlder = false;
  /** Folder -> all its runs, and when they were asked for (milliseconds). */
  private readonly all = new Map<string, { rows: RunRow[]; at: number }>();
  private showing: NodeJS.Timeout | null = null;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly links: Links,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscription = links.onDidChange(() => this.showSoon());
  }

  get filter(): string {
    return this.words;
  }

  /** Shows only runs with all these words, of all that there are. */
  set filter(words: string) {
    this.words = words.trim();
    this.changed.fire(undefined);
  }

  /** Shows all runs, not only the newest. */
  showOlder(): void {
    this.showsOlder = true;
    this.changed.fire(undefined);
  }

  async getChildren(item?: RunItem): Promise<RunItem[]> {
    if (!item) return this.runs();
    return childrenOf(item).catch((error: unknown) => [this.unread(error)]);
  }

  getTreeItem(item: RunItem): vscode.TreeItem {
    return rowOf(item, this.ages);
  }

  /** Says anew how long ago runs began, where that is another age by now. */
  age(): void {
    const past = this.ages.past();
    if (past.length > 0) this.changed.fire(past);
  }

  dispose(): void {
    if (this.showing) clearTimeout(this.showing);
    this.subscription.dispose();
    this.changed.dispose();
  }

  private showSoon(): void {
    this.showing ??= setTimeout(() => {
      this.showing = null;
      this.changed.fire(undefined);
    }, PAUSE);
  }

  /** Said in its place: the view asks by itself, and what a person did says the same where it fails. */
  private unread(error: unknown): RunItem {
    const { code, message, remedy } = asFault(error);
    this.log.warn(`${code} ${message} ${remedy}`);
    return { type: 'fault', message, remedy };
  }

  private async runs(): Promise<RunItem[]> {
    const below: RunItem[] = [];
    const mirrors = this.links.all();
    const rows = await Promise.all(
      mirrors.map((mirror) =>
        this.rowsOf(mirror).catch((error: unknown) => {
          below.push(this.unread(error));
          return mirror.rows;
        }),
      ),
    );
    this.ages.forget();
    const runs = mirrors.flatMap((mirror, at) =>
      rows[at]!.filter((row) => this.words === '' || fitsFilter(row, stateShown(mirror, row), this.words)).map(
        (row): RunItem & { type: 'run' } => ({ type: 'run', mirror, row }),
      ),
    );
    const newest = Math.max(0, ...mirrors.map(({ cutAt }) => cutAt ?? 0));
    if (newest > 0 && !this.wantsAll) below.push({ type: 'older', newest });
    return [...runs.sort((a, b) => (a.row.startedAt < b.row.startedAt ? 1 : -1)), ...below];
  }

  private get wantsAll(): boolean {
    return this.showsOlder || this.words !== '';
  }

  /** The newest are kept up to date; older ones seldom change, and are asked for again after a while, and when newer ones became older. */
  private async rowsOf(mirror: Mirror): Promise<readonly RunRow[]> {
    const { rows, key, cutAt } = mirror;
    if (!this.wantsAll || !cutAt) return rows;
    const oldest = rows.at(-1)!.run;
    const known = this.all.get(key);
    const holds = known && Date.now() - known.at < WHILE && known.rows.some(({ run }) => run === oldest);
    const all = holds ? known : { rows: await mirror.link.ask('runs', {}), at: Date.now() };
    this.all.set(key, all);
    const newest = new Set(rows.map(({ run }) => run));
    return [...rows, ...all.rows.filter(({ run }) => !newest.has(run))];
  }
}

async function childrenOf(item: RunItem): Promise<RunItem[]> {
  switch (item.type) {
    case 'run':
      return stepItems(item.mirror, await item.mirror.summary(item.row.run));
    case 'branch':
      return item.steps;
    case 'step': {
      const { mirror, run, step } = item;
      return [
        ...attemptItems(item),
        ...Object.entries(item.metrics).map(([name, value]): RunItem => ({ type: 'metric', name, value })),
        { type: 'inputs', mirror, run, step: step.name },
        { type: 'outputs', mirror, run, step: step.name },
      ];
    }
    case 'inputs': {
      const passages = await item.mirror.link.ask('inspect', { run: item.run, edge: item.step });
      return passages.map((passage) => ({ type: 'passage', mirror: item.mirror, passage }));
    }
    case 'outputs': {
      const outputs = await item.mirror.link.ask('outputs', { run: item.run, node: item.step });
      return outputs.map((output) => ({ type: 'output', mirror: item.mirror, output }));
    }
    default:
      return [];
  }
}

function rowOf(item: RunItem, ages: Ages<RunItem>): vscode.TreeItem {
  switch (item.type) {
    case 'run':
      return runRow(item, ages);
    case 'step':
      return stepRow(item);
    case 'branch': {
      const row = plain(item.name, Collapsed, 'git-branch', item.type);
      row.id = `${item.mirror.key} ${item.run} ${item.name}`;
      row.description = vscode.l10n.t('{0} steps', item.steps.length);
      return row;
    }
    case 'attempt': {
      const row = plain(vscode.l10n.t('Attempt {0}: log', item.attempt), None, 'output', item.type);
      row.description = item.state ?? vscode.l10n.t('tried again');
      const { mirror, run, step: node, attempt: number } = item;
      row.command = showLog({ key: mirror.key, run, node, attempt: number });
      return row;
    }
    case 'metric': {
      const row = plain(item.name, None, 'symbol-number', item.type);
      row.description = Number.isFinite(item.value)
        ? isSize(item.name)
          ? sizeOf(item.value!)
          : String(Number(item.value!.toPrecision(6)))
        : vscode.l10n.t('no number');
      return row;
    }
    case 'fault': {
      const row = plain(item.message, None, 'error', item.type);
      row.tooltip = `${item.message} ${item.remedy}`;
      return row;
    }
    case 'older': {
      const row = plain(vscode.l10n.t('Show older runs'), None, 'history', item.type);
      row.tooltip = vscode.l10n.t('The {0} newest are shown.', item.newest);
      row.command = { title: vscode.l10n.t('Show older runs'), command: 'scanflow.showOlderRuns' };
      return row;
    }
    case 'inputs':
      return plain(vscode.l10n.t('What passed to it'), Collapsed, 'arrow-small-left', item.type);
    case 'outputs':
      return plain(vscode.l10n.t('What it left'), Collapsed, 'arrow-small-right', item.type);
    case 'passage': {
      const { from, to, via, ...artifact } = item.passage;
      const row = artifactRow(item.mirror, `${to.split('.').at(-1)} ← ${from}`, artifact);
      row.description = [keptSize(artifact.bytes), via === 'tracker' ? 'via tracker' : ''].filter(Boolean).join(' · ');
      return row;
    }
    case 'output': {
      const row = artifactRow(item.mirror, item.output.port, item.output);
      row.description = `${item.output.type} · ${keptSize(item.output.bytes)}`;
      return row;
    }
  }
}

function plain(
  label: string,
  state: vscode.TreeItemCollapsibleState,
  icon: string,
  contextValue: string,
): vscode.TreeItem {
  const row = new vscode.TreeItem(label, state);
  row.iconPath = new vscode.ThemeIcon(icon);
  row.contextValue = contextValue;
  return row;
}

const keptSize = (bytes: number | null): string =>
  bytes === null ? vscode.l10n.t('no longer in the store') : sizeOf(bytes);

/** A file opens; a folder is shown where it lies; of what is gone there is only the name. */
function artifactRow(
  { link }: Mirror,
  label: string,
  { path, kind, digest }: Pick<OutputRow, 'path' | 'kind' | 'digest'>,
): vscode.TreeItem {
  if (kind === 'absent') {
    const row = plain(label, None, 'circle-slash', 'absent artifact');
    row.tooltip = digest;
    return row;
  }
  const row = plain(label, None, kind === 'folder' ? 'folder' : 'file', 'artifact');
  const uri = vscode.Uri.joinPath(link.folder.uri, path);
  row.tooltip = `${path}\n${digest}`;
  row.command = {
    title: vscode.l10n.t('Open'),
    command: kind === 'folder' ? revealFolder() : 'vscode.open',
    arguments: [uri],
  };
  return row;
}

/** Only a window on the machine itself can open a folder with what that machine has for folders. */
const revealFolder = (): string =>
  vscode.env.uiKind === vscode.UIKind.Web || vscode.env.remoteName !== undefined
    ? 'revealInExplorer'
    : 'revealFileInOS';

function runRow(item: RunItem & { type: 'run' }, ages: Ages<RunItem>): vscode.TreeItem {
  const {
    mirror,
    row: { run, workflow, file, state, startedAt, endedAt },
  } = item;
  const row = new vscode.TreeItem(workflow, Collapsed);
  const interrupted = mirror.interrupted(run);
  row.id = `${mirror.key} ${run}`;
  row.iconPath = interrupted ? new vscode.ThemeIcon('debug-pause') : stateIcon(state);
  row.description = [stateShown(mirror, item.row), duration(startedAt, endedAt), ages.of(item, startedAt)]
    .filter(Boolean)
    .join(' · ');
  row.tooltip = `${run}\n${file}\n${new Date(startedAt).toLocaleString()}`;
  row.accessibilityInformation = { label: `${workflow}, ${row.description}` };
  const active = !interrupted && (state === 'running' || state === 'waiting');
  const resumable = interrupted || state === 'failed' || state === 'cancelled';
  row.contextValue = active ? 'run active' : resumable ? 'run resumable' : 'run ended';
  return row;
}

function stepRow({ mirror, run, step }: StepItem): vscode.TreeItem {
  const row = new vscode.TreeItem(step.name.split('/').at(-1)!, Collapsed);
  row.id = `${mirror.key} ${run} ${step.name}`;
  row.iconPath = stateIcon(step.state);
  const share = step.state === 'running' && step.progress ? `${Math.round(100 * step.progress.done)} %` : '';
  const tries = step.attempt > 1 ? vscode.l10n.t('attempt {0}', step.attempt) : '';
  // Making an environment takes a while: what is made.
  const made = step.state === 'preparing' ? step.progress?.message : '';
  row.description = [step.state, share, made, tries, duration(step.startedAt, step.endedAt)]
    .filter(Boolean)
    .join(' · ');
  row.tooltip =
    [step.fault?.message, step.fault?.remedy, step.reason, step.progress?.message].filter(Boolean).join('\n') ||
    step.name;
  row.accessibilityInformation = { label: `${step.name}, ${row.description}` };
  row.contextValue = 'step';
  row.command = showLog({ key: mirror.key, run, node: step.name });
  return row;
}

const showLog = (place: object): vscode.Command => ({
  title: vscode.l10n.t('Show Log'),
  command: 'scanflow.showLog',
  arguments: [place],
});
