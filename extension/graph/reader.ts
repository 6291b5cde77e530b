import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import { fault, type RevisionRow } from '../../engine/protocol';
import type { Answer, Question, Reading } from './questions';

/** A text that takes longer is not read at all (milliseconds). */
const PATIENCE = 60_000;

/** Reads workflows in a thread of its own. A file that hangs it costs that thread and nothing else. */
export class WorkflowReader implements vscode.Disposable {
  private worker: Worker | null = null;
  private asked = 0;
  private readonly open = new Map<number, { answer: (reading: Reading) => void; refuse: (error: Error) => void }>();
  private readonly outlines = new Map<string, { version: number; reading: Promise<Reading> }>();
  private readonly closing: vscode.Disposable;

  constructor(private readonly program: string) {
    this.closing = vscode.workspace.onDidCloseTextDocument(({ uri }) => this.outlines.delete(uri.toString()));
  }

  /** What a document says; read once a version. */
  outline(document: vscode.TextDocument): Promise<Reading> {
    const key = document.uri.toString();
    const known = this.outlines.get(key);
    if (known?.version === document.version) return known.reading;
    const reading = this.ask({ text: document.getText() });
    this.outlines.set(key, { version: document.version, reading });
    reading.catch(() => this.outlines.delete(key));
    return reading;
  }

  /** With the graph's layout, as the engine runs it under these revisions. `ran`: the text of the run that is shown. */
  scene(
    document: vscode.TextDocument,
    collapsed: string[] | null,
    revisions: readonly RevisionRow[],
    ran: string | null,
  ): Promise<Reading> {
    return this.ask({ text: document.getText(), scene: { collapsed, revisions, ran } });
  }

  dispose(): void {
    this.closing.dispose();
    this.end('the editor closes');
  }

  private ask(question: Omit<Question, 'id'>): Promise<Reading> {
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.end('it took too long to read'), PATIENCE);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late);
          this.open.delete(id);
          then(value);
        };
      this.open.set(id, { answer: settle(resolve), refuse: settle(reject) });
      this.running().postMessage({ ...question, id } satisfies Question);
    });
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.program, { resourceLimits: { maxOldGenerationSizeMb: 512 } });
    worker.on('message', (answer: Answer) => {
      const open = this.open.get(answer.id);
      if ('reading' in answer) open?.answer(answer.reading);
      else open?.refuse(new Error(answer.error));
    });
    worker.on('error', (error) => this.end(error.message));
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private end(why: string): void {
    void this.worker?.terminate();
    this.worker = null;
    for (const { refuse } of [...this.open.values()]) {
      refuse(
        fault(
          'SF4903',
          'failed',
          `The workflow could not be read: ${why}.`,
          'Make it smaller, or report it with the file.',
        ),
      );
    }
  }
}
