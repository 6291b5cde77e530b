import * as vscode from 'vscode';
import { type Decision, isRejectedByGate, type ModelRow } from '../../engine/protocol';
import type { Links } from '../engine/links';
import { differenceOf, type Pair } from '../messages/gain';
import type { Mirror } from '../runs/mirror';
import { Ages } from './ages';
import { whenDifferent } from './when-different';

type Version = ModelRow['versions'][number];

export type ModelItem =
  | { type: 'model'; mirror: Mirror; model: ModelRow }
  | { type: 'archive'; mirror: Mirror; model: string; versions: Version[] }
  | { type: 'version'; mirror: Mirror; version: Version };

/** Models with their versions: the champion, the candidate that waits, those of former times. */
export class ModelsTree implements vscode.TreeDataProvider<ModelItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ModelItem[] | undefined>();
  private readonly subscription: vscode.Disposable;
  private readonly ages = new Ages<ModelItem>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly links: Links) {
    const look = whenDifferent(
      () => links.all().map(({ key, models }) => [key, models]),
      () => this.changed.fire(undefined),
    );
    this.subscription = links.onDidChange(look);
  }

  getChildren(item?: ModelItem): ModelItem[] {
    if (!item) {
      this.ages.forget();
      return this.links
        .all()
        .flatMap((mirror) => mirror.models.map((model): ModelItem => ({ type: 'model', mirror, model })));
    }
    if (item.type === 'version') return [];
    const { mirror } = item;
    const rowsOf = (versions: Version[]) =>
      versions.map((version): ModelItem => ({ type: 'version', mirror, version }));
    if (item.type === 'archive') return rowsOf(item.versions);
    const { current, former } = byUse(item.model.versions);
    if (former.length === 0) return rowsOf(current);
    return [...rowsOf(current), { type: 'archive', mirror, model: item.model.name, versions: former }];
  }

  getTreeItem(item: ModelItem): vscode.TreeItem {
    if (item.type === 'model') {
      const { name, improvement } = item.model;
      const row = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
      row.iconPath = new vscode.ThemeIcon('symbol-class');
      row.description = Object.entries(improvement)
        .map(([metric, gain]) => `${metric} ${signed(gain)}`)
        .join(', ');
      row.tooltip = vscode.l10n.t('Improvement so far, a metric: the sum of the gains of all promoted revisions.');
      row.contextValue = 'model';
      return row;
    }
    if (item.type === 'archive') {
      const row = new vscode.TreeItem(vscode.l10n.t('Archive'), vscode.TreeItemCollapsibleState.Collapsed);
      row.id = `${item.mirror.key} ${item.model} archive`;
      row.iconPath = new vscode.ThemeIcon('archive');
      row.description =
        item.versions.length === 1 ? vscode.l10n.t('1 version') : vscode.l10n.t('{0} versions', item.versions.length);
      row.contextValue = 'archive';
      return row;
    }
    const { version, alias, decision, createdAt } = item.version;
    const row = new vscode.TreeItem(`v${version}`, vscode.TreeItemCollapsibleState.None);
    const [icon, color] =
      alias === 'champion'
        ? ['star-full', 'scanflow.succeeded']
        : alias === 'candidate'
          ? ['beaker', 'scanflow.waiting']
          : ['archive', undefined];
    row.iconPath = new vscode.ThemeIcon(icon!, color === undefined ? undefined : new vscode.ThemeColor(color));
    row.description = [alias, decision && verdict(decision), this.ages.of(item, createdAt)].filter(Boolean).join(' · ');
    row.tooltip = decision ? explainDecision(decision) : undefined;
    row.accessibilityInformation = { label: vscode.l10n.t('version {0}, {1}', version, row.description) };
    if (decision) {
      row.command = { title: vscode.l10n.t('Review'), command: 'scanflow.reviewModel', arguments: [item] };
    }
    const by = decision && isRejectedByGate(decision) ? ' by gate' : '';
    row.contextValue = decision ? `decision ${decision.state}${by}` : 'version';
    return row;
  }

  /** Says anew how long ago versions were made, where that is another age by now. */
  age(): void {
    const past = this.ages.past();
    if (past.length > 0) this.changed.fire(past);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

/** The champion, then candidates; all that has no name any more goes into the archive, the newest first. */
export function byUse<V extends { alias: string | null }>(versions: readonly V[]): { current: V[]; former: V[] } {
  const newest = versions.toReversed();
  const named = newest.filter(({ alias }) => alias !== null);
  return {
    current: named.toSorted((a, b) => Number(b.alias === 'champion') - Number(a.alias === 'champion')),
    former: newest.filter(({ alias }) => alias === null),
  };
}

const signed = (value: number) =>
  Number.isNaN(value) ? vscode.l10n.t('no number') : `${value >= 0 ? '+' : ''}${Number(value.toPrecision(3))}`;

function verdict({ state, heldBack, test }: Decision): string {
  return state === 'waiting' ? signed(differenceOf(heldBack ?? test)) : state;
}

function withInsert({ test, heldBack }: NonNullable<Decision['compound']>): string {
  const figures = heldBack === null ? '' : `, ${heldBack} on the held-back labels`;
  return `The candidate leaves its insert out: with it ${test} on the test data${figures}.`;
}

/** The gate's verdict on a revision, line by line. */
export function explainDecision(decision: Decision): string {
  const { metric, goal, threshold, guard, heldBack, test, bare, compound, kept, state, reason, by, at } = decision;
  const figure = (value: number | null) => String(value ?? Number.NaN);
  const pair = (one: Pair) =>
    `${figure(one.candidate)} (champion ${figure(one.champion)}, ${signed(differenceOf(one))})`;
  return [
    `${metric}, ${goal === 'maximize' ? 'more is better' : 'less is better'}`,
    ...(heldBack ? [`On the held-back labels: ${pair(heldBack)}; must gain more than ${threshold}.`] : []),
    // Without held-back labels it is the test data that it has to gain on.
    `On the test data: ${pair(test)}; ${heldBack ? `may lose at most ${guard}` : `must gain more than ${threshold}`}.`,
    ...(kept ? [`${kept.metric} on the test data: ${pair(kept)}; may lose at most ${guard}.`] : []),
    ...(bare === null || compound ? [] : [`The model without its insert, on the test data: ${bare}.`]),
    ...(compound ? [withInsert(compound)] : []),
    `${state}${by ? ` by ${by}` : ''}${at ? `, ${new Date(at).toLocaleString()}` : ''}: ${reason}`,
  ].join('\n');
}
