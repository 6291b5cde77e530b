import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import { linkTo } from '../graph/links';
import type { WorkflowReader } from '../graph/reader';
import { type FromGraph, fromGraph, GRAPH_ACTIONS, type GraphAction, type GraphChange, received } from '../messages';
import { attempt } from '../tell-fault';
import { askFormat, saveGraph, savePng, textIn } from './export-graph';
import type { GraphEdits } from './graph-edits';
import { chooseRun, renamedIn } from './graph-places';
import { GraphSeat, type Opened, type Sources } from './graph-seat';
import { tellInput } from './keyboard';
import { openDocument } from './open-document';

export const GRAPH_PANEL = 'scanflow.graph';

/** The graphs of workflows beside their texts: in step with the cursor, the text and the runs. */
export class GraphPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly seats = new Set<GraphSeat>();
  private readonly from: Sources;
  private keysOf: GraphSeat | null = null;
  /** VS Code knows that keys are for a graph: a key before that is nobody's. */
  hasKeys = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly id: string,
    reader: WorkflowReader,
    private readonly links: Links,
    private readonly edits: GraphEdits,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.from = { reader, links, log };
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(GRAPH_PANEL, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.seatOf(document.uri)?.drawSoon()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.seatOf(uri)?.drawSoon();
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.turnTo(editor.document)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) =>
        this.follow(textEditor.document.uri, selections[0]!.active),
      ),
      // One that follows what is edited has the new name already.
      vscode.workspace.onDidRenameFiles(({ files }) => {
        for (const seat of this.seats) {
          const moved = renamedIn(files, seat.uri);
          if (moved) seat.turn(moved);
        }
      }),
      links.onDidChange(() => {
        for (const seat of this.seats) seat.heard();
      }),
    ];
  }

  /** Opens the graph of a workflow, or brings it forth. */
  show(uri: vscode.Uri): void {
    const seat = this.seatOf(uri) ?? this.loose();
    if (seat) {
      if (seat.uri.toString() !== uri.toString()) seat.turn(uri);
      seat.panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel(GRAPH_PANEL, '', place, { enableScripts: true });
    this.seatAt(panel, { uri, collapsed: null, locked: false });
  }

  /** Shows a run of the past, or (null) the newest one. */
  showRunOf(uri: vscode.Uri, run: string | null): void {
    this.show(uri);
    this.seatOf(uri)?.showRunOf(run);
  }

  /** Selects in the graph what stands at a place of the text. */
  reveal(uri: vscode.Uri, at: vscode.Position): void {
    this.show(uri);
    this.seatOf(uri)?.select(at);
  }

  /** Selects a node in the graph, once it is drawn. */
  async revealNode(uri: vscode.Uri, node: string | null): Promise<void> {
    this.show(uri);
    await this.seatOf(uri)?.selectNode(node);
  }

  /** Exports the graph that is in front. */
  async export(): Promise<void> {
    const seat = this.front();
    const format = seat && (await askFormat());
    if (!seat || !format) return;
    if (format === 'svg' || format === 'png') seat.tell({ type: 'export', format });
    else if (seat.drawn) await saveGraph(seat.uri, format, bytesOf(textIn(format, seat.drawn.effective)));
  }

  /** What a key, a menu or the palette asks for. A menu says what it was opened at; else it is about the selection. */
  async act(action: GraphAction, id: string | null): Promise<void> {
    const seat = this.front();
    if (!seat || !GRAPH_ACTIONS.includes(action)) return;
    if (id !== null) seat.tell({ type: 'select', node: id });
    seat.tell({ type: 'act', action });
  }

  async lock(on: boolean): Promise<void> {
    await this.front()?.lock(on);
  }

  async chooseRun(): Promise<void> {
    const seat = this.front();
    if (seat) await this.chooseRunOf(seat);
  }

  get active(): vscode.Uri | null {
    return [...this.seats].find(({ panel }) => panel.active)?.uri ?? null;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { uri, collapsed, locked } = (state ?? {}) as Record<string, unknown>;
    const workflow = typeof uri === 'string' ? vscode.Uri.parse(uri) : null;
    if (!workflow || !vscode.workspace.getWorkspaceFolder(workflow)) return panel.dispose();
    const closed = Array.isArray(collapsed) ? collapsed.map(String) : null;
    this.seatAt(panel, { uri: workflow, collapsed: closed, locked: locked === true });
  }

  dispose(): void {
    for (const { panel } of this.seats) panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private seatOf(uri: vscode.Uri): GraphSeat | undefined {
    return [...this.seats].find((seat) => seat.uri.toString() === uri.toString());
  }

  /** The one that shows whatever is edited. */
  private loose(): GraphSeat | undefined {
    return [...this.seats].find(({ locked }) => !locked);
  }

  private front(): GraphSeat | undefined {
    const seats = [...this.seats];
    return seats.find(({ panel }) => panel.active) ?? seats.find(({ panel }) => panel.visible) ?? seats[0];
  }

  private seatAt(panel: vscode.WebviewPanel, opened: Opened): void {
    const seat = new GraphSeat(panel, opened, this.from);
    this.seats.add(seat);
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media/file-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media/file-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((value: unknown) =>
      attempt(this.log, () => this.hear(seat, received<FromGraph>(fromGraph, value))),
    );
    panel.onDidDispose(() => {
      seat.dispose();
      this.seats.delete(seat);
      void this.takeKeys(seat, false, false);
    });
    openDocument(panel.webview, this.extension, 'graph', 'Graph');
  }

  private turnTo({ uri, languageId }: vscode.TextDocument): void {
    if (languageId === 'scanflow' && !this.seatOf(uri)) this.loose()?.turn(uri);
  }

  private follow(uri: vscode.Uri, at: vscode.Position): void {
    const follows = vscode.workspace.getConfiguration('scanflow.graph', uri).get<boolean>('followCursor');
    if (follows) this.seatOf(uri)?.select(at);
  }

  private async hear(seat: GraphSeat, message: FromGraph | null): Promise<void> {
    const { uri, drawn } = seat;
    switch (message?.type) {
      case 'ready':
        return seat.draw();
      case 'reveal':
        return seat.showInText(message.id, message.go);
      case 'collapse':
        return seat.collapse(message.groups);
      case 'run':
        if (drawn?.outline.nodes.some(({ id }) => id === message.node)) {
          await vscode.commands.executeCommand('scanflow.runToNode', { uri, node: message.node });
        }
        return;
      case 'log':
        return seat.openLog(message.node);
      case 'curves':
        return seat.openCurves(message.node);
      case 'review':
        return seat.review(message.node);
      case 'link':
        return vscode.env.clipboard.writeText(linkTo(this.id, uri, message.id).toString(true));
      case 'change':
        return drawn ? this.edits.change({ uri, ...drawn }, message.change as GraphChange, message.id) : undefined;
      case 'connect':
        return drawn ? this.edits.connect({ uri, ...drawn }, message.from, message.to) : undefined;
      case 'lock':
        return seat.lock(message.on);
      case 'chooseRun':
        return this.chooseRunOf(seat);
      case 'chooseExport':
        return this.export();
      case 'exported':
        if (message.png) await savePng(uri, message.png, message.scale);
        else await saveGraph(uri, 'svg', bytesOf(message.svg));
        return;
      case 'focus':
        return this.takeKeys(seat, message.on, message.input);
    }
  }

  private async chooseRunOf(seat: GraphSeat): Promise<void> {
    const run = await chooseRun(this.links, seat.uri);
    if (run !== undefined) seat.showRunOf(run);
  }

  /** Keys are for the graph that has the focus; one that loses it says so late, when another may have it. */
  private async takeKeys(seat: GraphSeat, on: boolean, input: boolean): Promise<void> {
    if (!on && this.keysOf !== seat) return;
    this.keysOf = on ? seat : null;
    this.hasKeys = false;
    await tellInput(seat, on, input);
    await vscode.commands.executeCommand('setContext', 'scanflow.graphFocus', on);
    this.hasKeys = on && this.keysOf === seat;
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
