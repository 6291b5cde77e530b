import * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import type { Links } from '../engine/links';
import { received } from '../messages';
import type { FromAnyone } from '../messages/aid';
import { type FromCurves, fromCurves, type ToCurves } from '../messages/curves';
import { ownerOf } from '../runs/node-of';
import type { RunItem } from '../trees/run-items';
import { ago } from '../trees/state-icons';
import { type Page, Pages, saveText } from './pages';

/** A run, or one node of it. */
export interface CurvesTopic {
  /** Of the folder (`Mirror.key`). */
  key: string;
  run: string;
  node: string | null;
}

type CurvePage = Page<CurvesTopic, ToCurves>;
type Asked = Exclude<FromCurves, FromAnyone | { type: 'ready' }>;

/** No event tells that a node has logged something: while a run goes on its curves are asked for (milliseconds). */
const PAUSE = 2000;

/** What nodes log while they run, drawn as it comes. */
export class CurvePages implements vscode.Disposable {
  private readonly pages: Pages<CurvesTopic, ToCurves, FromCurves>;
  /** How the run of each page stood when it was read. */
  private readonly heard = new WeakMap<CurvePage, string>();
  private readonly subscription: vscode.Disposable;
  /** Pages that are being read: a page that is read anew gives up what was under way. */
  private readonly reading = new WeakSet<CurvePage>();
  private readonly looking = setInterval(() => this.look(), PAUSE);

  constructor(
    extension: vscode.Uri,
    private readonly links: Links,
    log: vscode.LogOutputChannel,
  ) {
    const kind = {
      type: 'scanflow.curves',
      bundle: 'curves' as const,
      title: ({ run, node }: CurvesTopic) => vscode.l10n.t('Curves: {0}', node ?? this.workflowOf(run)),
      key: ({ key, run, node }: CurvesTopic) => `${key} ${run} ${node}`,
      check: (value: unknown) => received<FromCurves>(fromCurves, value),
      revive,
      read: (page: CurvePage, tell: (message: ToCurves) => void) => this.read(page, tell),
      hear: (_page: CurvePage, message: Asked) => saveText(message.name, message.text),
    };
    this.pages = new Pages(extension, kind, log);
    this.subscription = links.onDidChange(() => {
      for (const page of this.pages.pages()) if (this.hasTurned(page)) void this.again(page);
    });
  }

  /** Those of a run, or of a step's node; without one a person chooses, where there are several. */
  async show(item?: RunItem | CurvesTopic): Promise<void> {
    const topic = item === undefined ? await this.choose() : topicOf(item);
    if (topic) this.pages.show(topic);
  }

  dispose(): void {
    clearInterval(this.looking);
    this.subscription.dispose();
    this.pages.dispose();
  }

  private async choose(): Promise<CurvesTopic | undefined> {
    const rows = (await this.links.asked()).flatMap(({ key, rows: all }) =>
      all.map(({ workflow, run, state, startedAt }) => ({
        label: workflow,
        description: `${state} · ${ago(startedAt)}`,
        detail: run,
        key,
      })),
    );
    const placeHolder = vscode.l10n.t('The run whose curves are shown');
    const row = rows.length > 1 ? await vscode.window.showQuickPick(rows, { placeHolder }) : rows[0];
    return row && { key: row.key, run: row.detail, node: null };
  }

  private async read(page: CurvePage, tell: (message: ToCurves) => void): Promise<void> {
    this.heard.set(page, this.stateOf(page));
    const { key, run, node } = page.topic;
    const mirror = this.links.byKey(key);
    if (!mirror) throw fault('SF4902', 'request', 'The folder of this run is not open here.', 'Open it.');
    const [{ workflow, startedAt, state }, all] = await Promise.all([
      mirror.summary(run),
      mirror.link.ask('curves', { run }),
    ]);
    const curves = all.filter((curve) => node === null || ownerOf(`${curve.node}@${curve.phase ?? ''}`) === node);
    tell({ type: 'curves', key, run, node, workflow, startedAt, state, curves });
  }

  /** Reads anew what a person sees of runs that go on; of an engine that takes long, one reading after the other. */
  private look(): void {
    for (const page of this.pages.pages()) {
      const grows = this.stateOf(page) === 'running' && page.isSeen() && this.heard.has(page);
      if (this.hasTurned(page) || (grows && !this.reading.has(page))) void this.again(page);
    }
  }

  private async again(page: CurvePage): Promise<void> {
    this.reading.add(page);
    await page.read();
    this.reading.delete(page);
  }

  /** Its run has come to another state since it was read. */
  private hasTurned(page: CurvePage): boolean {
    const former = this.heard.get(page);
    return former !== undefined && former !== this.stateOf(page);
  }

  /** Of an engine that is gone nothing is known: when it comes back, what it did meanwhile is read. */
  private stateOf({ topic: { key, run } }: CurvePage): string {
    const mirror = this.links.byKey(key);
    if (mirror?.link.health.state !== 'ready') return 'unknown';
    return mirror.rows.find((row) => row.run === run)?.state ?? 'unknown';
  }

  private workflowOf(run: string): string {
    const rows = this.links.all().flatMap((mirror) => mirror.rows);
    return rows.find((row) => row.run === run)?.workflow ?? run;
  }
}

function topicOf(item: RunItem | CurvesTopic): CurvesTopic | undefined {
  if (!('type' in item)) return item;
  if (item.type === 'run') return { key: item.mirror.key, run: item.row.run, node: null };
  if (item.type !== 'step') return undefined;
  return { key: item.mirror.key, run: item.run, node: ownerOf(item.step.name) };
}

function revive(state: unknown): CurvesTopic | null {
  const { key, run, node } = (state ?? {}) as Partial<Record<keyof CurvesTopic, unknown>>;
  if (typeof key !== 'string' || typeof run !== 'string') return null;
  return { key, run, node: typeof node === 'string' ? node : null };
}
