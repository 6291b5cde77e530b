import * as vscode from 'vscode';
import type { LogChunk } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { Mirror } from './mirror';

export const LOG_SCHEME = 'scanflow-log';
/** A document larger than this would hold up the editor (characters). */
const MOST = 5_000_000;

export interface LogPlace {
  /** Of the folder (`Mirror.key`). */
  key: string;
  run: string;
  /** A step; undefined: all of the run. */
  node?: string;
  /** Undefined: all. */
  attempt?: number;
}

/** The logs of runs as documents, that grow while their nodes run. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  private readonly growing = new Map<string, NodeJS.Timeout>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly links: Links) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(LOG_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.stopGrowing(uri)),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const place = placeOf(uri);
    const mirror = this.links.byKey(place.key);
    if (!mirror) return vscode.l10n.t('The folder of this log is not open.');
    // Before the logs are read: what is written until it ends is then read for sure.
    const grows = await mayWrite(mirror, place.run, place.node);
    const chunks = await mirror.link.ask('logs', { run: place.run, node: place.node });
    if (grows) this.grow(uri);
    else this.stopGrowing(uri);
    return textOf(chunks.filter(({ attempt }) => place.attempt === undefined || attempt === place.attempt));
  }

  async show(place: LogPlace): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uriOf(place));
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Active });
  }

  dispose(): void {
    for (const timer of this.growing.values()) clearInterval(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private grow(uri: vscode.Uri): void {
    if (this.growing.has(uri.toString())) return;
    this.growing.set(
      uri.toString(),
      setInterval(() => this.changed.fire(uri), 1_000),
    );
  }

  private stopGrowing(uri: vscode.Uri): void {
    clearInterval(this.growing.get(uri.toString()));
    this.growing.delete(uri.toString());
  }
}

/** Whether a step, or any of a run, may write more: also one whose turn has not come, or comes again. */
export async function mayWrite(mirror: Mirror, run: string, node: string | undefined): Promise<boolean> {
  const { state, nodes } = await mirror.summary(run);
  if (state !== 'running' || mirror.interrupted(run)) return false;
  return node === undefined || nodes.some(({ name, endedAt }) => name === node && endedAt === null);
}

function uriOf({ key, run, node, attempt }: LogPlace): vscode.Uri {
  return vscode.Uri.from({
    scheme: LOG_SCHEME,
    path: `/${[run, node?.replaceAll('/', ' '), attempt].filter((part) => part !== undefined).join(' ')}.log`,
    query: JSON.stringify({ key, run, node, attempt }),
  });
}

function placeOf(uri: vscode.Uri): LogPlace {
  return JSON.parse(uri.query) as LogPlace;
}

/** Terminal sequences are for terminals: a document shows text. */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that are taken out
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

export function textOf(chunks: readonly LogChunk[]): string {
  if (chunks.length === 0) return vscode.l10n.t('Nothing was written yet.');
  const titled = chunks.length > 1;
  const text = chunks
    .map(({ node, attempt, text: words, run }) => {
      const clean = lastOfEachLine(words).replace(SEQUENCES, '');
      if (run !== undefined)
        return `=== ${vscode.l10n.t('{0} came from the cache, made by run {1}', node, run)}\n${clean}`;
      return titled ? `=== ${node} (attempt ${attempt})\n${clean}` : clean;
    })
    .join('\n');
  return text.length > MOST ? `${vscode.l10n.t('... (the beginning is left out)')}\n${text.slice(-MOST)}` : text;
}

/** A progress bar writes its line over and over. */
const lastOfEachLine = (text: string) => text.replaceAll('\r\n', '\n').replace(/^.*\r(?=[^\n])/gm, '');
