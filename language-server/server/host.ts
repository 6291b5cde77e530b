import type {
  DidChangeTextDocumentParams,
  DidChangeWorkspaceFoldersParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  WorkspaceSymbolParams,
} from 'vscode-languageserver';
import type { ImagesParams, RunStateParams } from '../requests';
import { type Cancellation, Cancelled, NEVER } from '../service/cancellation';
import { diagnose } from '../service/diagnostics/diagnose';
import type { FileAccess } from '../service/files/access';
import { defaultSettings, readSettings, type Settings } from '../service/settings';
import { workspaceSymbols } from '../service/workspace-symbols';
import {
  type Backend,
  CONTENT_MODIFIED,
  changeFolders,
  type HostOptions,
  INTERNAL_ERROR,
  REQUEST_CANCELLED,
  Refused,
} from './backend';
import type { Method } from './capabilities';
import { documentOf } from './document-of';
import { Documents } from './documents';
import { features, type Surroundings } from './features';
import { WorkspaceFiles } from './workspace-files';

/** Longest wait before diagnostics are sent to a client that does not ask for them (milliseconds). */
const LONGEST_PAUSE = 100;

/** Reads the disk, then the text once more: what it says of a text that has changed meanwhile would be wrong. */
const LATE_READERS: ReadonlySet<string> = new Set(['textDocument/codeAction']);

/** Holds the open documents and answers what is asked about them. */
export class Host implements Backend, Surroundings {
  settings: Settings = defaultSettings;
  images: readonly string[] = [];
  private readonly documents: Documents;
  private readonly workspace: WorkspaceFiles;
  private readonly runs = new Map<string, RunStateParams>();
  private readonly pauses = new Map<string, NodeJS.Timeout>();
  private lastCost = 0;
  private tell: (method: string, params: unknown) => void = () => {};

  /** @param beforeWork is told which document is worked on next. */
  constructor(
    private readonly files: FileAccess,
    readonly options: HostOptions,
    beforeWork: (uri: string, text: string) => void = () => {},
  ) {
    this.documents = new Documents(beforeWork);
    this.workspace = new WorkspaceFiles(files, options.folders, new Set(options.aside), beforeWork);
  }

  onNotification(listener: (method: string, params: unknown) => void): void {
    this.tell = listener;
  }

  async request(method: string, params: unknown, token: Cancellation): Promise<unknown> {
    const answer = Object.hasOwn(features, method) ? features[method as Method] : undefined;
    const uri = documentOf(params);
    if (method === 'workspace/symbol') return this.symbols(params as WorkspaceSymbolParams, token);
    if (!answer || typeof uri !== 'string') throw new Refused(INTERNAL_ERROR, `Nobody answers ${method}.`);
    if (token.isCancellationRequested) throw new Refused(REQUEST_CANCELLED, 'The request was cancelled.');
    try {
      const snapshot = this.documents.snapshot(uri);
      const result = snapshot ? await answer(snapshot, params as never, this, token) : null;
      if (LATE_READERS.has(method) && this.documents.version(uri) !== snapshot?.version)
        throw new Refused(CONTENT_MODIFIED, 'The text has changed.');
      return result;
    } catch (error) {
      if (error instanceof Refused) throw error;
      if (error instanceof Cancelled) throw new Refused(REQUEST_CANCELLED, error.message);
      throw new Refused(
        INTERNAL_ERROR,
        `${method} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }

  notify(method: string, params: unknown): void {
    switch (method) {
      case 'textDocument/didOpen': {
        const { uri, languageId, version, text } = (params as DidOpenTextDocumentParams).textDocument;
        this.documents.add(uri, languageId, version, text);
        this.changed(uri);
        return;
      }
      case 'textDocument/didChange': {
        const { textDocument, contentChanges } = params as DidChangeTextDocumentParams;
        this.documents.change(textDocument.uri, textDocument.version, contentChanges);
        this.changed(textDocument.uri);
        return;
      }
      case 'textDocument/didClose':
        this.close((params as DidCloseTextDocumentParams).textDocument.uri);
        return;
      case 'textDocument/didSave':
      case 'workspace/didChangeWatchedFiles':
        this.allChanged();
        return;
      case 'workspace/didChangeWorkspaceFolders':
        changeFolders(this.options.folders, params as DidChangeWorkspaceFoldersParams);
        this.allChanged();
        return;
      case 'workspace/didChangeConfiguration':
        this.settings = readSettings(params);
        this.allChanged();
        this.refresh('workspace/codeLens/refresh');
        this.refresh('workspace/inlayHint/refresh');
        return;
      case 'scanflow/runState': {
        const state = params as RunStateParams;
        this.runs.set(state.uri, state);
        this.refresh('workspace/codeLens/refresh');
        this.refresh('workspace/inlayHint/refresh');
        return;
      }
      case 'scanflow/images':
        this.images = (params as ImagesParams).images;
    }
  }

  private async symbols({ query }: WorkspaceSymbolParams, token: Cancellation): Promise<unknown> {
    const open = new Map(this.documents.uris().flatMap((uri) => [[uri, this.documents.snapshot(uri)!] as const]));
    return workspaceSymbols(await this.workspace.snapshots(open), query, token);
  }

  readonly filesOf = (uri: string): FileAccess => this.files.seenFrom?.(uri) ?? this.files;

  readonly runState = (uri: string): RunStateParams | undefined => this.runs.get(uri);

  dispose(): void {
    for (const pause of this.pauses.values()) clearTimeout(pause);
    this.pauses.clear();
  }

  private close(uri: string): void {
    this.documents.remove(uri);
    this.runs.delete(uri);
    clearTimeout(this.pauses.get(uri));
    this.pauses.delete(uri);
    // Problems of a file that nobody has open would stay for ever.
    if (!this.options.pull) this.tell('textDocument/publishDiagnostics', { uri, diagnostics: [] });
  }

  /** What follows from other files than a document has changed, or how it is told. */
  private allChanged(): void {
    this.refresh('workspace/diagnostic/refresh');
    for (const uri of this.documents.uris()) this.changed(uri);
  }

  private refresh(method: string): void {
    if (this.options.refreshes?.includes(method)) this.tell(method, null);
  }

  /** Sends diagnostics after a pause half as long as the last ones took, so that typing is never held up by them for long. */
  private changed(uri: string): void {
    if (this.options.pull) return;
    clearTimeout(this.pauses.get(uri));
    const pause = setTimeout(
      () => {
        this.pauses.delete(uri);
        this.publish(uri).catch((error: unknown) => {
          this.tell('window/logMessage', { type: 1, message: `Diagnostics of ${uri} failed: ${String(error)}` });
        });
      },
      Math.min(this.lastCost / 2, LONGEST_PAUSE),
    );
    this.pauses.set(uri, pause);
  }

  private async publish(uri: string): Promise<void> {
    const start = performance.now();
    const snapshot = this.documents.snapshot(uri);
    if (!snapshot) return;
    const diagnostics = await diagnose(snapshot, this.filesOf(uri), this.settings, NEVER);
    this.lastCost = performance.now() - start;
    if (this.documents.version(uri) === snapshot.version) {
      this.tell('textDocument/publishDiagnostics', { uri, version: snapshot.version, diagnostics });
    }
  }
}
