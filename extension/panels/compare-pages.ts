import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { fault, type OutputRow } from '../../engine/protocol';
import type { Links } from '../engine/links';
import { received } from '../messages';
import type { FromAnyone } from '../messages/aid';
import { type Compared, type FromCompare, fromCompare, type ToCompare } from '../messages/compare';
import type { Mirror } from '../runs/mirror';
import { ago } from '../trees/state-icons';
import { type Page, Pages, saveText } from './pages';
import type { RunTexts } from './run-texts';

/** Runs of one folder, the first of them the baseline. */
interface CompareTopic {
  key: string;
  runs: string[];
}

type ComparePage = Page<CompareTopic, ToCompare>;
type Asked = Exclude<FromCompare, FromAnyone | { type: 'ready' }>;

const PICTURES = new Map([
  ['.png', 'image/png'],
  ['.jpg', 'image/jpeg'],
  ['.jpeg', 'image/jpeg'],
  ['.gif', 'image/gif'],
  ['.webp', 'image/webp'],
]);
const LARGEST_PICTURE = 1024 * 1024;
const MOST_PICTURES = 12;

/** Runs side by side: what differs, against a baseline. */
export class ComparePages implements vscode.Disposable {
  private readonly pages: Pages<CompareTopic, ToCompare, FromCompare>;
  /** How the runs of each page stood when it was read. */
  private readonly heard = new WeakMap<ComparePage, string>();
  private readonly subscription: vscode.Disposable;

  constructor(
    extension: vscode.Uri,
    private readonly links: Links,
    private readonly texts: RunTexts,
    log: vscode.LogOutputChannel,
  ) {
    const kind = {
      type: 'scanflow.compare',
      bundle: 'compare' as const,
      title: ({ runs }: CompareTopic) => vscode.l10n.t('Compare {0} Runs', runs.length),
      key: ({ key, runs }: CompareTopic) => [key, ...runs].join(' '),
      check: (value: unknown) => received<FromCompare>(fromCompare, value),
      revive,
      read: (page: ComparePage, tell: (message: ToCompare) => void) => this.read(page, tell),
      hear: (page: ComparePage, message: Asked) => this.hear(page, message),
    };
    this.pages = new Pages(extension, kind, log);
    this.subscription = links.onDidChange(() => {
      for (const page of this.pages.pages()) this.look(page);
    });
  }

  /** Shows runs, where two or more of one folder are given; else lets a person choose, and what is given is chosen already. */
  async show(given: string[] = []): Promise<void> {
    const known = this.links.all().map(({ key, rows }) => ({
      key,
      runs: rows.flatMap(({ run }) => (given.includes(run) ? run : [])).toSorted(),
    }));
    const topic = known.find(({ runs }) => runs.length > 1) ?? (await this.choose(given));
    if (topic) this.pages.show(topic);
  }

  /** Lets a person say which run of the comparison in front the others are compared with. */
  async pinBaseline(): Promise<void> {
    const page = this.pages.front();
    if (!page) return;
    const { key, runs } = page.topic;
    const known = this.links.byKey(key)?.rows ?? [];
    const rows = runs.map((run) => {
      const row = known.find((one) => one.run === run);
      return { label: run, description: row ? `${row.state} · ${ago(row.startedAt)}` : '' };
    });
    const placeHolder = vscode.l10n.t('The run that the others are compared with');
    const row = await vscode.window.showQuickPick(rows, { placeHolder });
    if (row) page.tell({ type: 'baseline', run: row.label });
  }

  /** Shows in the comparison in front only what differs, or all again. */
  toggleDifferences(): void {
    this.pages.front()?.tell({ type: 'differences' });
  }

  dispose(): void {
    this.subscription.dispose();
    this.pages.dispose();
  }

  private async choose(given: readonly string[], key?: string): Promise<CompareTopic | undefined> {
    const mirrors = (await this.links.asked()).filter((mirror) => key === undefined || mirror.key === key);
    const rows = mirrors.flatMap((mirror) =>
      mirror.rows.map((row) => ({
        label: row.workflow,
        description: `${row.state} · ${ago(row.startedAt)}`,
        detail: row.run,
        picked: given.includes(row.run),
        mirror,
      })),
    );
    const placeHolder = vscode.l10n.t('Two runs or more; the oldest is the baseline');
    const picked = await vscode.window.showQuickPick(rows, { canPickMany: true, placeHolder });
    const [first, ...others] = picked ?? [];
    if (!first) return undefined;
    if (others.length === 0 || others.some(({ mirror }) => mirror !== first.mirror)) {
      const takes = vscode.l10n.t('A comparison takes two runs or more, all of one folder.');
      void vscode.window.showInformationMessage(takes);
      return undefined;
    }
    return { key: first.mirror.key, runs: [first, ...others].map(({ detail }) => detail).toSorted() };
  }

  private hear(page: ComparePage, message: Asked): Promise<unknown> | undefined {
    const { key } = page.topic;
    switch (message.type) {
      case 'choose':
        return this.chooseAgain(page);
      case 'drop':
        page.topic = { ...page.topic, runs: page.topic.runs.filter((run) => run !== message.run) };
        return page.read();
      case 'diff':
        return this.texts.diff({ key, run: message.from }, { key, run: message.to });
      case 'diffNode':
        return this.diffNode(page, message.node, message.baseline);
      case 'save':
        return saveText(message.name, message.text);
    }
  }

  private async chooseAgain(page: ComparePage): Promise<void> {
    const topic = await this.choose(page.topic.runs, page.topic.key);
    if (!topic) return;
    page.topic = topic;
    await page.read();
  }

  /** What is compared of a run that goes on or ends is no longer what it has. */
  private look(page: ComparePage): void {
    const former = this.heard.get(page);
    const states = this.statesOf(page);
    this.heard.set(page, states);
    if (former !== undefined && former !== states) void page.read();
  }

  private statesOf({ topic: { key, runs } }: ComparePage): string {
    const rows = this.links.byKey(key)?.rows ?? [];
    return runs.map((run) => rows.find((row) => row.run === run)?.state).join();
  }

  private async read(page: ComparePage, tell: (message: ToCompare) => void): Promise<void> {
    this.heard.set(page, this.statesOf(page));
    const mirror = this.mirror(page);
    const runs = await Promise.all(page.topic.runs.map((run) => this.compared(mirror, run)));
    tell({ type: 'runs', key: page.topic.key, runs });
  }

  private async compared(mirror: Mirror, run: string): Promise<Compared> {
    const [summary, steps, curves, outputs] = await Promise.all([
      mirror.summary(run),
      mirror.link.ask('parameters', { run }),
      mirror.link.ask('curves', { run }),
      mirror.link.ask('outputs', { run }).catch((): OutputRow[] => []),
    ]);
    return { summary, steps, curves, pictures: await this.pictures(mirror, outputs) };
  }

  /** Pictures that nodes left, small ones: what a folder holds is not looked through. */
  private async pictures(mirror: Mirror, outputs: readonly OutputRow[]): Promise<Compared['pictures']> {
    const root = await realpath(mirror.link.folder.uri.fsPath);
    const pictures: Compared['pictures'] = [];
    for (const { step, port, path: place, bytes, kind } of outputs) {
      if (pictures.length === MOST_PICTURES) break;
      const media = PICTURES.get(path.extname(place).toLowerCase()) ?? mediaOf(port);
      if (kind !== 'file' || bytes === null || bytes > LARGEST_PICTURE || media === undefined) continue;
      const real = await realpath(path.resolve(root, place)).catch(() => null);
      if (!real?.startsWith(root + path.sep)) continue;
      const content = await vscode.workspace.fs.readFile(vscode.Uri.file(real));
      if (!isPicture(content)) continue;
      const url = `data:${media};base64,${Buffer.from(content).toString('base64')}`;
      pictures.push({ name: `${step}.${port}`, url });
    }
    return pictures;
  }

  /** Parameters of a node in two runs in VS Code's own diff editor: of several runs a person says which. */
  private async diffNode({ topic }: ComparePage, node: string, baseline: string): Promise<void> {
    const others = topic.runs.filter((run) => run !== baseline);
    const placeHolder = vscode.l10n.t('The run whose {0} is compared with that of {1}', node, baseline);
    const other = others.length > 1 ? await vscode.window.showQuickPick(others, { placeHolder }) : others[0];
    const { key } = topic;
    if (other !== undefined) await this.texts.diff({ key, run: baseline, node }, { key, run: other, node });
  }

  /** @throws SF4902 where its folder is no longer open. */
  private mirror({ topic }: ComparePage): Mirror {
    const mirror = this.links.byKey(topic.key);
    if (mirror) return mirror;
    throw fault('SF4902', 'request', 'The folder of these runs is not open here.', 'Open it.');
  }
}

/** The store names artifacts by content, without an extension: the port's name may say what it is. */
const mediaOf = (port: string): string | undefined =>
  /image|picture|plot|figure|chart|png/i.test(port) ? 'image/png' : undefined;

/** By the first bytes of PNG, JPEG, GIF and WebP. */
function isPicture(content: Uint8Array): boolean {
  const start = Buffer.from(content.subarray(0, 12)).toString('latin1');
  return /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s.test(start);
}

function revive(state: unknown): CompareTopic | null {
  const { key, runs } = (state ?? {}) as Partial<Record<keyof CompareTopic, unknown>>;
  if (typeof key !== 'string' || !Array.isArray(runs) || !runs.every((run) => typeof run === 'string')) return null;
  return { key, runs };
}
