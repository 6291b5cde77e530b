import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import type { Outline } from '../graph/outline';
import type { WorkflowReader } from '../graph/reader';
import type { Scene } from '../graph/scene';
import type { ToGraph } from '../messages';
import { stepOf } from '../runs/step-of';
import { candidatesOf } from './candidate-marks';
import { insertedIn, originIn, problemsOf, statusOf } from './graph-marks';
import { placeIn } from './graph-places';
import { fileOf, type RanText, ranIn, revisionsOf, runOf } from './graph-runs';
import { showText } from './show-text';

/** After the last keystroke (milliseconds). */
const PAUSE = 120;

/** How a graph is opened, again after a reload: of which workflow, what of it is closed, and whether it stays with it. */
export interface Opened {
  uri: vscode.Uri;
  collapsed: string[] | null;
  locked: boolean;
}

/** What graphs are drawn of. */
export interface Sources {
  reader: WorkflowReader;
  links: Links;
  log: vscode.LogOutputChannel;
}

/** One graph in its panel: its workflow read and laid out, and a run of it over its nodes. */
export class GraphSeat {
  uri: vscode.Uri;
  /** It stays with its workflow; else it shows the workflow that is edited. */
  locked: boolean;
  collapsed: string[] | null;
  /** `outline`: of the text; `effective`: as the engine runs it. */
  drawn: { outline: Outline; effective: Outline; scene: Scene; version: number } | null = null;
  /** A run of the past that was asked for; null: the newest one, live. */
  shownRun: string | null = null;
  /** The run that it was drawn with. */
  ran: RanText | null = null;
  /** The revisions that it was drawn with, as text. */
  private revised = '';
  /** Counts readings, so that a slow one does not paint over a newer. */
  private reading = 0;
  private later: NodeJS.Timeout | null = null;
  private closed = false;
  /** Selected as soon as it is drawn. */
  private wanted: string | null = null;

  constructor(
    readonly panel: vscode.WebviewPanel,
    { uri, collapsed, locked }: Opened,
    private readonly from: Sources,
  ) {
    [this.uri, this.collapsed, this.locked] = [uri, collapsed, locked];
    this.name();
  }

  dispose(): void {
    this.closed = true;
    if (this.later) clearTimeout(this.later);
  }

  /** What has been read for long may find the panel closed. */
  tell(message: ToGraph): void {
    if (!this.closed) void this.panel.webview.postMessage(message);
  }

  /** Shows another workflow. */
  turn(uri: vscode.Uri): void {
    Object.assign(this, { uri, collapsed: null, drawn: null, ran: null, shownRun: null });
    this.name();
    void this.draw();
  }

  lock(on: boolean): Promise<void> {
    this.locked = on;
    this.name();
    return this.draw();
  }

  collapse(groups: string[]): Promise<void> {
    this.collapsed = groups;
    return this.draw();
  }

  /** When it has been quiet for a moment: the text changes with every key. */
  drawSoon(): void {
    if (this.later) clearTimeout(this.later);
    this.later = setTimeout(() => {
      this.later = null;
      void this.draw();
    }, PAUSE);
  }

  /** The engine told something: states are painted over the graph, which is drawn again only where it is another by that. */
  heard(): void {
    if (JSON.stringify(revisionsOf(this.from.links, this)) === this.revised) this.showRun();
    else this.drawAnyway();
  }

  async draw(): Promise<void> {
    const number = ++this.reading;
    const { uri } = this;
    const { links, reader, log } = this.from;
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const { version } = document;
      const revisions = revisionsOf(links, this);
      this.revised = JSON.stringify(revisions);
      const ran = await ranIn(links, this);
      const reading = await reader.scene(document, this.collapsed, revisions, ran?.text ?? null);
      const { outline, problems, effective, scene, stale = false } = reading;
      if (number !== this.reading) return;
      this.ran = ran && { ...ran, stale };
      if (!outline || !effective || !scene) {
        const first = problems.find(({ severity }) => severity === 'error');
        const message = first ? `${first.message} (line ${first.range.start.line + 1})` : '';
        return this.tell({ type: 'empty', file: uri.toString(), message });
      }
      this.drawn = { outline, effective, scene, version };
      const collapsed = scene.groups.filter((group) => group.collapsed).map(({ name }) => name);
      this.tell({
        type: 'scene',
        file: uri.toString(),
        name: outline.name,
        scene,
        phases: outline.phases,
        collapsed: this.collapsed ?? collapsed,
        problems: problemsOf(outline, vscode.languages.getDiagnostics(uri)),
        locked: this.locked,
      });
      this.showRun();
      if (this.wanted !== null) this.tell({ type: 'select', node: this.wanted });
      this.wanted = null;
    } catch (error) {
      log.warn(`Could not draw ${uri.fsPath}: ${String(error)}`);
      if (number !== this.reading) return;
      const message = error instanceof Error ? error.message : String(error);
      this.tell({ type: 'empty', file: uri.toString(), message });
    }
  }

  /** Shows a run of the past, or (null) the newest one. */
  showRunOf(run: string | null): void {
    this.shownRun = run;
    this.showRun();
  }

  /** Selects a node, once it is drawn. */
  async selectNode(node: string | null): Promise<void> {
    this.wanted = node;
    if (this.drawn) await this.draw();
  }

  /** Selects what stands at a place of the text. */
  select(at: vscode.Position): void {
    if (!this.drawn) return;
    const { nodes, edges, groups } = this.drawn.outline;
    const subWorkflows = groups.map(({ name, range }) => ({ id: `group:${name}`, range }));
    const found = [...nodes, ...edges, ...subWorkflows].find(({ range: { start, end } }) =>
      new vscode.Range(start.line, start.character, end.line, end.character).contains(at),
    );
    this.tell({ type: 'select', node: found?.id ?? null });
  }

  /**
   * What is in no text is led to the review of the revision that put it there.
   *
   * @param go Whether the keyboard goes there.
   */
  async showInText(id: string, go: boolean): Promise<void> {
    const { uri, drawn, panel } = this;
    const place = drawn && placeIn(drawn.outline, id);
    if (place) await showText(uri, place, go, panel.viewColumn);
    else if (drawn && originIn(drawn.scene, id)) await this.review(id);
  }

  async openLog(node: string): Promise<void> {
    const { mirror, run } = runOf(this.from.links, this);
    const step = run === undefined ? undefined : stepOf(mirror?.known(run)?.nodes ?? [], node);
    if (step) await vscode.commands.executeCommand('scanflow.showLog', { key: mirror!.key, run, node: step.name });
  }

  async openCurves(node: string): Promise<void> {
    const { mirror, run } = runOf(this.from.links, this);
    if (run !== undefined) await vscode.commands.executeCommand('scanflow.showCurves', { key: mirror!.key, run, node });
  }

  async review(node: string): Promise<void> {
    const origin = this.drawn && originIn(this.drawn.scene, node);
    const decision = origin?.decision ?? this.candidates().find((one) => one.node === node)?.decision;
    const { mirror } = runOf(this.from.links, this);
    await vscode.commands.executeCommand('scanflow.reviewModel', decision && { key: mirror!.key, decision });
  }

  private name(): void {
    const file = this.uri.path.split('/').at(-1)!;
    this.panel.title = this.locked ? vscode.l10n.t('Graph [locked]: {0}', file) : vscode.l10n.t('Graph: {0}', file);
  }

  /** However much is told meanwhile. */
  private drawAnyway(): void {
    if (this.later === null) this.drawSoon();
  }

  /** The states of the newest run of the file, or of the one that was asked for, over its nodes. */
  private showRun(): void {
    const { drawn, ran, shownRun } = this;
    const { mirror, run } = runOf(this.from.links, this);
    // Not over the graph of another workflow, which is shown until this one is drawn.
    if (!mirror || !drawn) return;
    const summary = run === undefined ? undefined : mirror.known(run);
    if (run !== undefined && !summary) {
      mirror.summary(run).then(
        () => this.showRun(),
        (error: unknown) => this.from.log.warn(String(error)),
      );
    }
    // Its text is compared with what there is now.
    if (summary && ran?.run !== run) this.drawAnyway();
    this.tell({
      type: 'status',
      run: run ?? null,
      state: summary?.state ?? '',
      past: shownRun !== null,
      stale: ran?.run === run && ran?.stale === true,
      steps: statusOf(summary, insertedIn(drawn.scene)),
      candidates: this.candidates(),
    });
  }

  private candidates() {
    const { mirror } = runOf(this.from.links, this);
    return mirror && this.drawn ? candidatesOf(mirror.models, this.drawn.outline.name, fileOf(this.uri)) : [];
  }
}
