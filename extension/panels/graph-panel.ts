import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import { linkTo } from '../graph/links';
import type { Outline } from '../graph/outline';
import type { WorkflowReader } from '../graph/reader';
import type { Scene } from '../graph/scene';
import {
  type FromGraph,
  fromGraph,
  GRAPH_ACTIONS,
  type GraphAction,
  type GraphChange,
  received,
  type ToGraph,
} from '../messages';
import { stepOf } from '../runs/step-of';
import { attempt } from '../tell-fault';
import { candidatesOf } from './candidate-marks';
import { askFormat, type GraphFormat, saveGraph, textIn } from './export-graph';
import type { GraphEdits } from './graph-edits';
import { insertedIn, originIn, problemsOf, statusOf } from './graph-marks';
import { chooseRun, placeIn } from './graph-places';
import { type RanText, ranIn, revisionsOf, runOf } from './graph-runs';
import { openDocument } from './open-document';
import { showText } from './show-text';

export const GRAPH_PANEL = 'scanflow.graph';
/** After the last keystroke (milliseconds). */
const PAUSE = 120;

interface Seat {
  panel: vscode.WebviewPanel;
  uri: vscode.Uri;
  /** It stays with its workflow; else it shows the workflow that is edited. */
  locked: boolean;
  collapsed: string[] | null;
  drawn: { outline: Outline; scene: Scene; version: number } | null;
  /** The revisions that it was drawn with, as text. */
  revised: string;
  /** The run that it was drawn with. */
  ran: RanText | null;
  /** Counts readings, so that a slow one does not paint over a newer. */
  reading: number;
  later: NodeJS.Timeout | null;
  /** A run of the past that was asked for; null: the newest one, live. */
  shownRun: string | null;
  /** Selected as soon as it is drawn. */
  wanted: string | null;
}

/** The graphs of workflows beside their texts: in step with the cursor, the text and the runs. */
export class GraphPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly seats = new Set<Seat>();
  private keysOf: Seat | null = null;
  /** VS Code knows that keys are for a graph: a key before that is nobody's. */
  hasKeys = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly id: string,
    private readonly reader: WorkflowReader,
    private readonly links: Links,
    private readonly edits: GraphEdits,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(GRAPH_PANEL, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.drawSoon(document.uri)),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.drawSoon(uri);
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.turnTo(editor.document)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) =>
        this.follow(textEditor.document.uri, selections[0]!.active),
      ),
      links.onDidChange(() => {
        for (const seat of this.seats) {
          if (JSON.stringify(revisionsOf(this.links, seat)) === seat.revised) this.showRun(seat);
          else this.drawSoon(seat.uri);
        }
      }),
    ];
  }

  /** Opens the graph of a workflow, or brings it forth. */
  show(uri: vscode.Uri): void {
    const seat = this.seatOf(uri) ?? this.loose();
    if (seat) {
      if (seat.uri.toString() !== uri.toString()) this.turn(seat, uri);
      seat.panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.seatAt(vscode.window.createWebviewPanel(GRAPH_PANEL, '', place, { enableScripts: true }), uri, null, false);
  }

  /** Shows a run of the past, or (null) the newest one. */
  showRunOf(uri: vscode.Uri, run: string | null): void {
    this.show(uri);
    const seat = this.seatOf(uri);
    if (!seat) return;
    seat.shownRun = run;
    this.showRun(seat);
  }

  /** Selects in the graph what stands at a place of the text. */
  reveal(uri: vscode.Uri, at: vscode.Position): void {
    this.show(uri);
    this.select(uri, at);
  }

  /** Selects a node in the graph, once it is drawn. */
  async revealNode(uri: vscode.Uri, node: string | null): Promise<void> {
    this.show(uri);
    const seat = this.seatOf(uri);
    if (seat) seat.wanted = node;
    if (seat?.drawn) await this.draw(seat);
  }

  /** Exports the graph that is in front. */
  async export(): Promise<void> {
    const seat = this.front();
    const format = seat && (await askFormat());
    if (!seat || !format) return;
    if (format === 'svg' || format === 'png') this.tell(seat, { type: 'export', format });
    else if (seat.drawn) await this.save(seat, format, new TextEncoder().encode(textIn(format, seat.drawn.outline)));
  }

  /** What a key, a menu or the palette asks for. A menu says what it was opened at; else it is about the selection. */
  async act(action: GraphAction, id: string | null): Promise<void> {
    const seat = this.front();
    if (!seat || !GRAPH_ACTIONS.includes(action)) return;
    if (id !== null) this.tell(seat, { type: 'select', node: id });
    this.tell(seat, { type: 'act', action });
  }

  async lock(on: boolean): Promise<void> {
    const seat = this.front();
    if (seat) await this.hear(seat, { type: 'lock', on });
  }

  async chooseRun(): Promise<void> {
    const seat = this.front();
    if (seat) await this.hear(seat, { type: 'chooseRun' });
  }

  get active(): vscode.Uri | null {
    return [...this.seats].find(({ panel }) => panel.active)?.uri ?? null;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { uri, collapsed, locked } = (state ?? {}) as Record<string, unknown>;
    const workflow = typeof uri === 'string' ? vscode.Uri.parse(uri) : null;
    if (!workflow || !vscode.workspace.getWorkspaceFolder(workflow)) return panel.dispose();
    this.seatAt(panel, workflow, Array.isArray(collapsed) ? collapsed.map(String) : null, locked === true);
  }

  dispose(): void {
    for (const { panel } of this.seats) panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private seatOf(uri: vscode.Uri): Seat | undefined {
    return [...this.seats].find((seat) => seat.uri.toString() === uri.toString());
  }

  /** The one that shows whatever is edited. */
  private loose(): Seat | undefined {
    return [...this.seats].find(({ locked }) => !locked);
  }

  private front(): Seat | undefined {
    const seats = [...this.seats];
    return seats.find(({ panel }) => panel.active) ?? seats.find(({ panel }) => panel.visible) ?? seats[0];
  }

  private seatAt(panel: vscode.WebviewPanel, uri: vscode.Uri, collapsed: string[] | null, locked: boolean): void {
    const seat: Seat = {
      panel,
      uri,
      locked,
      collapsed,
      drawn: null,
      revised: '',
      ran: null,
      reading: 0,
      later: null,
      shownRun: null,
      wanted: null,
    };
    this.seats.add(seat);
    this.name(seat);
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media/file-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media/file-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((value: unknown) =>
      attempt(this.log, () => this.hear(seat, received<FromGraph>(fromGraph, value))),
    );
    panel.onDidDispose(() => {
      if (seat.later) clearTimeout(seat.later);
      this.seats.delete(seat);
      void vscode.commands.executeCommand('setContext', 'scanflow.graphFocus', false);
    });
    openDocument(panel.webview, this.extension, 'graph', 'Graph');
  }

  private name({ panel, uri, locked }: Seat): void {
    const file = uri.path.split('/').at(-1)!;
    panel.title = locked ? vscode.l10n.t('Graph [locked]: {0}', file) : vscode.l10n.t('Graph: {0}', file);
  }

  private turnTo({ uri, languageId }: vscode.TextDocument): void {
    const seat = languageId === 'scanflow' && !this.seatOf(uri) && this.loose();
    if (seat) this.turn(seat, uri);
  }

  private turn(seat: Seat, uri: vscode.Uri): void {
    Object.assign(seat, { uri, collapsed: null, drawn: null, ran: null, shownRun: null });
    this.name(seat);
    void this.draw(seat);
  }

  /** What is in no text is led to the review of the revision that put it there. */
  private async showInText(seat: Seat, id: string): Promise<void> {
    const { uri, drawn } = seat;
    const place = drawn && placeIn(drawn.outline, id);
    if (place) await showText(uri, place);
    else if (drawn && originIn(drawn.scene, id)) await this.review(seat, id);
  }

  private async hear(seat: Seat, message: FromGraph | null): Promise<void> {
    switch (message?.type) {
      case 'ready':
        return this.draw(seat);
      case 'reveal':
        return this.showInText(seat, message.id);
      case 'collapse':
        seat.collapsed = message.groups;
        return this.draw(seat);
      case 'run':
        if (seat.drawn?.outline.nodes.some(({ id }) => id === message.node)) {
          await vscode.commands.executeCommand('scanflow.runToNode', { uri: seat.uri, node: message.node });
        }
        return;
      case 'log':
        return this.openLog(seat, message.node);
      case 'review':
        return this.review(seat, message.node);
      case 'link':
        return vscode.env.clipboard.writeText(linkTo(this.id, seat.uri, message.id).toString(true));
      case 'change':
        return seat.drawn
          ? this.edits.change({ uri: seat.uri, ...seat.drawn }, message.change as GraphChange, message.id)
          : undefined;
      case 'connect':
        return seat.drawn ? this.edits.connect({ uri: seat.uri, ...seat.drawn }, message.from, message.to) : undefined;
      case 'lock':
        seat.locked = message.on;
        this.name(seat);
        return this.draw(seat);
      case 'chooseRun': {
        const run = await chooseRun(this.links, seat.uri);
        if (run === undefined) return;
        seat.shownRun = run;
        return this.showRun(seat);
      }
      case 'chooseExport':
        return this.export();
      case 'exported':
        return message.png
          ? this.savePng(seat, message.png, message.scale)
          : this.save(seat, 'svg', new TextEncoder().encode(message.svg));
      case 'focus':
        this.keysOf = message.on ? seat : this.keysOf === seat ? null : this.keysOf;
        this.hasKeys = false;
        await vscode.commands.executeCommand('setContext', 'scanflow.inputFocus', message.input);
        await vscode.commands.executeCommand('setContext', 'scanflow.graphFocus', message.on);
        this.hasKeys = message.on && this.keysOf === seat;
        return;
    }
  }

  private async save(seat: Seat, format: GraphFormat, content: Uint8Array): Promise<void> {
    await saveGraph(seat.uri, format, content);
  }

  private async savePng(seat: Seat, png: Uint8Array, scale: number): Promise<void> {
    const written = await saveGraph(seat.uri, 'png', png);
    if (!written || scale >= 1) return;
    const percent = Math.round(100 * scale);
    void vscode.window.showWarningMessage(
      vscode.l10n.t('The graph is too large for a picture: it was painted at {0} %. SVG keeps all of it.', percent),
    );
  }

  private drawSoon(uri: vscode.Uri): void {
    const seat = this.seatOf(uri);
    if (!seat) return;
    if (seat.later) clearTimeout(seat.later);
    seat.later = setTimeout(() => void this.draw(seat), PAUSE);
  }

  private async draw(seat: Seat): Promise<void> {
    const number = ++seat.reading;
    const { uri } = seat;
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const { version } = document;
      const revisions = revisionsOf(this.links, seat);
      seat.revised = JSON.stringify(revisions);
      const ran = await ranIn(this.links, seat);
      const reading = await this.reader.scene(document, seat.collapsed, revisions, ran?.text ?? null);
      const { outline, problems, scene, stale = false } = reading;
      if (number !== seat.reading) return;
      seat.ran = ran && { ...ran, stale };
      if (!outline || !scene) {
        const first = problems.find(({ severity }) => severity === 'error');
        const message = first ? `${first.message} (line ${first.range.start.line + 1})` : '';
        return this.tell(seat, { type: 'empty', message });
      }
      seat.drawn = { outline, scene, version };
      const collapsed = scene.groups.filter((group) => group.collapsed).map(({ name }) => name);
      this.tell(seat, {
        type: 'scene',
        file: uri.toString(),
        name: outline.name,
        scene,
        phases: outline.phases,
        collapsed: seat.collapsed ?? collapsed,
        problems: problemsOf(outline, vscode.languages.getDiagnostics(uri)),
        locked: seat.locked,
      });
      this.showRun(seat);
      if (seat.wanted !== null) this.tell(seat, { type: 'select', node: seat.wanted });
      seat.wanted = null;
    } catch (error) {
      this.log.warn(`Could not draw ${uri.fsPath}: ${String(error)}`);
      if (number !== seat.reading) return;
      this.tell(seat, { type: 'empty', message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The states of the newest run of the file, or of the one that was asked for, over its nodes. */
  private showRun(seat: Seat): void {
    const { mirror, run } = runOf(this.links, seat);
    if (!mirror) return;
    const summary = run === undefined ? undefined : mirror.known(run);
    if (run !== undefined && !summary) {
      mirror.summary(run).then(
        () => this.showRun(seat),
        (error: unknown) => this.log.warn(String(error)),
      );
    }
    // Its text is compared with what there is now.
    if (summary && seat.drawn && seat.ran?.run !== run) this.drawSoon(seat.uri);
    this.tell(seat, {
      type: 'status',
      run: run ?? null,
      state: summary?.state ?? '',
      past: seat.shownRun !== null,
      stale: seat.ran?.run === run && seat.ran?.stale === true,
      steps: statusOf(summary, seat.drawn ? insertedIn(seat.drawn.scene) : undefined),
      candidates: this.candidatesOf(seat),
    });
  }

  private follow(uri: vscode.Uri, at: vscode.Position): void {
    if (vscode.workspace.getConfiguration('scanflow.graph', uri).get<boolean>('followCursor')) this.select(uri, at);
  }

  private select(uri: vscode.Uri, at: vscode.Position): void {
    const seat = this.seatOf(uri);
    if (!seat?.drawn) return;
    const { nodes, edges } = seat.drawn.outline;
    const found = [...nodes, ...edges].find(({ range: { start, end } }) =>
      new vscode.Range(start.line, start.character, end.line, end.character).contains(at),
    );
    this.tell(seat, { type: 'select', node: found?.id ?? null });
  }

  private async openLog(seat: Seat, node: string): Promise<void> {
    const { mirror, run } = runOf(this.links, seat);
    const step = run === undefined ? undefined : stepOf(mirror?.known(run)?.nodes ?? [], node);
    if (step) await vscode.commands.executeCommand('scanflow.showLog', { key: mirror!.key, run, node: step.name });
  }

  private candidatesOf(seat: Seat) {
    const { mirror } = runOf(this.links, seat);
    return mirror && seat.drawn ? candidatesOf(mirror.models, seat.drawn.outline.name) : [];
  }

  private async review(seat: Seat, node: string): Promise<void> {
    const origin = seat.drawn && originIn(seat.drawn.scene, node);
    const decision = origin?.decision ?? this.candidatesOf(seat).find((one) => one.node === node)?.decision;
    const { mirror } = runOf(this.links, seat);
    await vscode.commands.executeCommand('scanflow.reviewModel', decision && { key: mirror!.key, decision });
  }

  private tell(seat: Seat, message: ToGraph): void {
    void seat.panel.webview.postMessage(message);
  }
}
