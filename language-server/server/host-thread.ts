import { Worker } from 'node:worker_threads';
import type {
  DidChangeTextDocumentParams,
  DidChangeWorkspaceFoldersParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
} from 'vscode-languageserver';
import type { CancellationToken } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { RunStateParams, ServerStatus } from '../requests';
import {
  type Backend,
  changeFolders,
  type HostOptions,
  INTERNAL_ERROR,
  REQUEST_CANCELLED,
  Refused,
  SERVER_CANCELLED,
} from './backend';
import { documentOf } from './document-of';
import { FLAGS, type FromWorker, type ToWorker, type WorkerData } from './messages';

/** With a large document open, a request that is not answered by then is cancelled: the client may ask again (milliseconds). */
const PATIENCE = 900;
/** Documents of so many characters can take longer than that to read. */
const LARGE = 100_000;
/** A thread that works on one thing for so long will not end (milliseconds). */
const LONGEST_WORK = 30_000;
const LOOKS = 1000;
const MEMORY = 1024;

interface Pending {
  resolve(result: unknown): void;
  reject(error: Refused): void;
  late: NodeJS.Timeout | undefined;
}

/**
 * A host in a thread of its own. A document that makes it hang, or run out of memory, is put aside: the thread ends, another
 * one takes the other documents over, and nothing more is asked about that one until it is opened again.
 */
export class HostThread implements Backend {
  private worker: Worker;
  private readonly flags: Int32Array;
  private readonly cancelled = new SharedArrayBuffer(FLAGS * Int32Array.BYTES_PER_ELEMENT);
  private readonly pending = new Map<number, Pending>();
  private readonly documents = new Map<string, TextDocument>();
  private readonly aside = new Set<string>();
  /** Notifications that a new thread must hear again: the last of each method, of run states the last of each document. */
  private readonly standing = new Map<string, { method: string; params: unknown }>();
  private readonly watch: NodeJS.Timeout;
  private asked = 0;
  private working: string | undefined;
  /** The thread has said something: until then it is being started, which takes as long as the machine takes. */
  private started = false;
  /** When the thread was asked for a sign of life that it has not given yet. */
  private pinged: number | undefined;
  private tell: (method: string, params: unknown) => void = () => {};
  private ended = false;

  constructor(
    private readonly program: string,
    private readonly options: HostOptions,
    private readonly longestWork = LONGEST_WORK,
  ) {
    this.flags = new Int32Array(this.cancelled);
    this.worker = this.spawn();
    this.watch = setInterval(() => this.look(), Math.min(LOOKS, longestWork));
    this.watch.unref();
  }

  onNotification(listener: (method: string, params: unknown) => void): void {
    this.tell = listener;
  }

  request(method: string, params: unknown, token: CancellationToken): Promise<unknown> {
    const uri = documentOf(params);
    if (uri !== undefined && this.aside.has(uri)) return Promise.resolve(this.asideAnswer(method));
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      const late = this.isLarge() ? setTimeout(() => this.giveUp(id), PATIENCE) : undefined;
      this.pending.set(id, { resolve, reject, late });
      token.onCancellationRequested(() => {
        Atomics.store(this.flags, id % FLAGS, id);
        this.settle(id)?.reject(new Refused(REQUEST_CANCELLED, 'The request was cancelled.'));
      });
      this.post({ kind: 'request', id, method, params });
    });
  }

  notify(method: string, params: unknown): void {
    if (method === 'textDocument/didOpen') this.open(params as DidOpenTextDocumentParams);
    else if (method === 'textDocument/didChange') {
      const { textDocument, contentChanges } = params as DidChangeTextDocumentParams;
      const document = this.documents.get(textDocument.uri);
      if (document)
        this.documents.set(textDocument.uri, TextDocument.update(document, contentChanges, textDocument.version));
      if (this.aside.has(textDocument.uri)) return;
    } else if (method === 'textDocument/didClose') {
      const { uri } = (params as DidCloseTextDocumentParams).textDocument;
      this.documents.delete(uri);
      this.aside.delete(uri);
      this.standing.delete(runStateOf(uri));
    } else if (method === 'scanflow/runState') {
      this.standing.set(runStateOf((params as RunStateParams).uri), { method, params });
    } else if (method === 'workspace/didChangeWorkspaceFolders') {
      changeFolders(this.options.folders, params as DidChangeWorkspaceFoldersParams);
    } else if (method === 'workspace/didChangeConfiguration' || method === 'scanflow/images') {
      this.standing.set(method, { method, params });
    }
    this.post({ kind: 'notification', method, params });
  }

  dispose(): void {
    this.ended = true;
    clearInterval(this.watch);
    void this.worker.terminate();
  }

  private open({ textDocument }: DidOpenTextDocumentParams): void {
    const { uri, languageId, version, text } = textDocument;
    this.aside.delete(uri);
    this.documents.set(uri, TextDocument.create(uri, languageId, version, text));
  }

  private isLarge(): boolean {
    for (const document of this.documents.values()) if (document.getText().length > LARGE) return true;
    return false;
  }

  private spawn(): Worker {
    const data: WorkerData = { options: this.options, cancelled: this.cancelled, aside: [...this.aside] };
    const worker = new Worker(this.program, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: MEMORY } });
    this.started = false;
    worker.on('message', (message: FromWorker) => this.hear(message));
    worker.on('error', (error) => this.replace(`it failed: ${error.message}`));
    worker.on('exit', (code) => this.replace(`it ended with code ${code}`));
    return worker;
  }

  private post(message: ToWorker): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromWorker): void {
    this.started = true;
    if (message.kind === 'pong') this.pinged = undefined;
    else if (message.kind === 'working') this.working = message.uri;
    else if (message.kind === 'notification') this.tell(message.method, message.params);
    else if (message.kind === 'result') this.settle(message.id)?.resolve(message.result);
    else this.settle(message.id)?.reject(new Refused(message.code, message.message, message.data));
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    clearTimeout(pending?.late);
    this.pending.delete(id);
    return pending;
  }

  /** The thread goes on: what it finds out is kept for the next time. */
  private giveUp(id: number): void {
    this.settle(id)?.reject(
      new Refused(SERVER_CANCELLED, 'A large document is still being read.', { retriggerRequest: true }),
    );
  }

  /** Asks the thread for a sign of life: one that gives none for long works on something without an end. */
  private look(): void {
    if (this.pinged === undefined) {
      if (this.documents.size === 0 || !this.started) return;
      this.pinged = performance.now();
      this.post({ kind: 'ping' });
    } else if (performance.now() - this.pinged > this.longestWork) {
      this.replace(`it took longer than ${this.longestWork / 1000} s`);
    }
  }

  /** Ends the thread and goes on with another one, without the document that it was working on. */
  private replace(why: string): void {
    if (this.ended) return;
    const culprit = this.working;
    this.working = undefined;
    this.worker.removeAllListeners();
    void this.worker.terminate();
    for (const id of [...this.pending.keys()])
      this.settle(id)?.reject(new Refused(INTERNAL_ERROR, `The language server started again: ${why}.`));
    this.pinged = undefined;
    if (culprit !== undefined) this.aside.add(culprit);
    this.worker = this.spawn();
    for (const each of this.standing.values()) this.post({ kind: 'notification', ...each });
    if (culprit !== undefined) this.putAside(culprit, why);
    for (const [uri, document] of this.documents) {
      if (this.aside.has(uri)) continue;
      const textDocument = {
        uri,
        languageId: document.languageId,
        version: document.version,
        text: document.getText(),
      };
      this.post({ kind: 'notification', method: 'textDocument/didOpen', params: { textDocument } });
    }
  }

  private putAside(uri: string, why: string): void {
    const status: ServerStatus = {
      health: 'warning',
      message: `${uri} could not be read (${why}). Close and open it to try again.`,
    };
    this.tell('scanflow/status', status);
    if (!this.options.pull)
      this.tell('textDocument/publishDiagnostics', { uri, diagnostics: [this.asideDiagnostic()] });
  }

  private asideAnswer(method: string): unknown {
    return method === 'textDocument/diagnostic' ? { kind: 'full', items: [this.asideDiagnostic()] } : null;
  }

  private asideDiagnostic(): object {
    const start = { line: 0, character: 0 };
    const message =
      'Scanflow failed to read this file. Close and open it to try again, and please report it, with the file.';
    return {
      range: { start, end: { line: 0, character: 1 } },
      severity: 1,
      code: 'SF1008',
      source: 'scanflow',
      message,
    };
  }
}

const runStateOf = (uri: string): string => `run state of ${uri}`;
