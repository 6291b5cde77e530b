import * as vscode from 'vscode';
import type { Links } from '../engine/links';
import type { Outline } from '../graph/outline';
import type { WorkflowReader } from '../graph/reader';
import { type FromGraph, fromGraph, type NodeProblem, received, type ToGraph } from '../messages';
import { nodeOf } from '../runs/failures';
import { duration } from '../trees/state-icons';
import { saveGraph } from './export-graph';
import { openDocument } from './open-document';

export const GRAPH_PANEL = 'scanflow.graph';
/** After the last keystroke (milliseconds). */
const PAUSE = 120;

interface Seat {
  panel: vscode.WebviewPanel;
  uri: vscode.Uri;
  collapsed: string[] | null;
  outline: Outline | null;
  /** Counts readings, so that a slow one does not paint over a newer. */
  reading: number;
  later: NodeJS.Timeout | null;
  shownRun: string | null;
}

/** The graphs of workflows beside their texts: in step with the cursor, the text and the runs. */
export class GraphPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly seats = new Map<string, Seat>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly reader: WorkflowReader,
    private readonly links: Links,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewPanelSerializer(GRAPH_PANEL, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.drawSoon(document.uri)),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        for (const uri of uris) this.drawSoon(uri);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) =>
        this.follow(textEditor.document.uri, selections[0]!.active),
      ),
      links.onDidChange(() => {
        for (const seat of this.seats.values()) this.showRun(seat);
      }),
    ];
  }

  /** Opens the graph of a workflow, or brings it forth. */
  show(uri: vscode.Uri): void {
    const seat = this.seats.get(uri.toString());
    if (seat) {
      seat.panel.reveal(undefined, true);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.seatAt(vscode.window.createWebviewPanel(GRAPH_PANEL, '', place, { enableScripts: true }), uri, null);
  }

  /** Shows a run of the past, or (null) the newest one. */
  showRunOf(uri: vscode.Uri, run: string | null): void {
    this.show(uri);
    const seat = this.seats.get(uri.toString());
    if (!seat) return;
    seat.shownRun = run;
    this.showRun(seat);
  }

  export(): void {
    const seat = [...this.seats.values()].find(({ panel }) => panel.active) ?? [...this.seats.values()][0];
    if (seat) this.tell(seat, { type: 'export' });
  }

  get active(): vscode.Uri | null {
    return [...this.seats.values()].find(({ panel }) => panel.active)?.uri ?? null;
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { uri, collapsed } = (state ?? {}) as { uri?: unknown; collapsed?: unknown };
    const workflow = typeof uri === 'string' ? vscode.Uri.parse(uri) : null;
    if (!workflow || !vscode.workspace.getWorkspaceFolder(workflow)) return panel.dispose();
    this.seatAt(panel, workflow, Array.isArray(collapsed) ? collapsed.map(String) : null);
  }

  dispose(): void {
    for (const { panel } of this.seats.values()) panel.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private seatAt(panel: vscode.WebviewPanel, uri: vscode.Uri, collapsed: string[] | null): void {
    const seat: Seat = { panel, uri, collapsed, outline: null, reading: 0, later: null, shownRun: null };
    this.seats.set(uri.toString(), seat);
    panel.title = vscode.l10n.t('Graph: {0}', uri.path.split('/').at(-1)!);
    panel.iconPath = {
      light: vscode.Uri.joinPath(this.extension, 'media/file-light.svg'),
      dark: vscode.Uri.joinPath(this.extension, 'media/file-dark.svg'),
    };
    panel.webview.onDidReceiveMessage((value: unknown) => this.hear(seat, received<FromGraph>(fromGraph, value)));
    panel.onDidDispose(() => {
      if (seat.later) clearTimeout(seat.later);
      this.seats.delete(uri.toString());
      void vscode.commands.executeCommand('setContext', 'scanflow.graphFocus', false);
    });
    openDocument(panel.webview, this.extension, 'graph', 'Graph');
  }

  private async hear(seat: Seat, message: FromGraph | null): Promise<void> {
    switch (message?.type) {
      case 'ready':
        await this.draw(seat);
        return;
      case 'reveal':
        return this.reveal(seat, message.id);
      case 'collapse':
        seat.collapsed = message.groups;
        return this.draw(seat);
      case 'run':
        if (seat.outline?.nodes.some(({ id }) => id === message.node)) {
          await vscode.commands.executeCommand('scanflow.runToNode', { uri: seat.uri, node: message.node });
        }
        return;
      case 'log':
        return this.openLog(seat, message.node);
      case 'exported':
        return seat.outline ? saveGraph(seat.uri, seat.outline, message.svg) : undefined;
      case 'focus':
        await vscode.commands.executeCommand('setContext', 'scanflow.graphFocus', message.on);
        await vscode.commands.executeCommand('setContext', 'scanflow.inputFocus', message.input);
        return;
    }
  }

  private drawSoon(uri: vscode.Uri): void {
    const seat = this.seats.get(uri.toString());
    if (!seat) return;
    if (seat.later) clearTimeout(seat.later);
    seat.later = setTimeout(() => void this.draw(seat), PAUSE);
  }

  private async draw(seat: Seat): Promise<void> {
    const number = ++seat.reading;
    try {
      const document = await vscode.workspace.openTextDocument(seat.uri);
      const { outline, problems, scene } = await this.reader.scene(document, seat.collapsed);
      if (number !== seat.reading) return;
      const first = problems.find(({ severity }) => severity === 'error');
      const broken =
        outline && scene ? null : first ? { message: first.message, line: first.range.start.line + 1 } : null;
      if (outline && scene) {
        seat.outline = outline;
        const collapsed = scene.groups.filter((group) => group.collapsed).map(({ name }) => name);
        const marks = problemsOf(outline, vscode.languages.getDiagnostics(seat.uri));
        const { uri } = seat;
        this.tell(seat, {
          type: 'scene',
          file: uri.toString(),
          name: outline.name,
          scene,
          phases: outline.phases,
          collapsed: seat.collapsed ?? collapsed,
          problems: marks,
          broken,
        });
        this.showRun(seat);
      } else {
        this.tell(seat, { type: 'empty', message: broken ? `${broken.message} (line ${broken.line})` : '' });
      }
    } catch (error) {
      this.log.warn(`Could not draw ${seat.uri.fsPath}: ${String(error)}`);
      if (number === seat.reading)
        this.tell(seat, { type: 'empty', message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The states of the newest run of the file, or of the one that was asked for, over its nodes. */
  private showRun(seat: Seat): void {
    const folder = vscode.workspace.getWorkspaceFolder(seat.uri);
    const mirror = folder && this.links.byKey(folder.uri.toString());
    if (!mirror) return;
    const run = seat.shownRun ?? mirror.lastOf(vscode.workspace.asRelativePath(seat.uri, false))?.run;
    const summary = run === undefined ? undefined : mirror.known(run);
    if (run !== undefined && !summary) {
      mirror.summary(run).then(
        () => this.showRun(seat),
        (error: unknown) => this.log.warn(String(error)),
      );
    }
    const steps = new Map(
      (summary?.nodes ?? [])
        .filter(({ name }) => !name.includes('/'))
        .map(({ name, state, startedAt, endedAt, progress }) => {
          const share = state === 'running' && progress ? `${Math.round(100 * progress.done)} %` : '';
          return [nodeOf(name), { node: nodeOf(name), state, detail: share || duration(startedAt, endedAt) }];
        }),
    );
    this.tell(seat, { type: 'status', run: run ?? null, state: summary?.state ?? '', steps: [...steps.values()] });
  }

  private follow(uri: vscode.Uri, at: vscode.Position): void {
    const seat = this.seats.get(uri.toString());
    if (!seat?.outline || !vscode.workspace.getConfiguration('scanflow.graph', uri).get<boolean>('followCursor'))
      return;
    const { nodes, edges } = seat.outline;
    const inside = ({ range: { start, end } }: { range: { start: vscode.Position; end: vscode.Position } }) =>
      new vscode.Range(start.line, start.character, end.line, end.character).contains(at);
    const found = [...nodes, ...edges].find((thing) => inside(thing as never));
    this.tell(seat, { type: 'select', node: found?.id ?? null });
  }

  private async reveal(seat: Seat, id: string): Promise<void> {
    const { nodes = [], edges = [], groups = [] } = seat.outline ?? {};
    const place =
      nodes.find((node) => node.id === id)?.nameRange ??
      edges.find((edge) => edge.id === id)?.range ??
      groups.find(({ name }) => `group:${name}` === id)?.range;
    if (!place) return;
    const { line, character } = place.start;
    const column = vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.toString() === seat.uri.toString(),
    )?.viewColumn;
    const selection = new vscode.Range(
      line,
      character,
      place.end.line === line ? place.end.line : line,
      place.end.line === line ? place.end.character : character,
    );
    await vscode.window.showTextDocument(seat.uri, {
      viewColumn: column ?? vscode.ViewColumn.One,
      selection,
      preserveFocus: false,
    });
  }

  private async openLog(seat: Seat, node: string): Promise<void> {
    const mirror = this.links.of(seat.uri);
    const run = seat.shownRun ?? mirror.lastOf(vscode.workspace.asRelativePath(seat.uri, false))?.run;
    const step = run === undefined ? undefined : mirror.known(run)?.nodes.findLast(({ name }) => nodeOf(name) === node);
    if (step) await vscode.commands.executeCommand('scanflow.showLog', { key: mirror.key, run, node: step.name });
  }

  private tell(seat: Seat, message: ToGraph): void {
    void seat.panel.webview.postMessage(message);
  }
}

/** The first problem of each node, as the Problems view has them. */
function problemsOf({ nodes }: Outline, diagnostics: readonly vscode.Diagnostic[]): NodeProblem[] {
  return nodes.flatMap(({ id, range }): NodeProblem[] => {
    const lines = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
    const within = diagnostics.filter(
      ({ range: at, severity }) => severity <= vscode.DiagnosticSeverity.Warning && lines.contains(at),
    );
    const worst = within.toSorted((a, b) => a.severity - b.severity)[0];
    if (!worst) return [];
    const severity = worst.severity === vscode.DiagnosticSeverity.Error ? 'error' : 'warning';
    return [{ node: id, severity, message: worst.message.split('\n')[0]! }];
  });
}
