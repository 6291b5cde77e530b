import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import type { Sample } from './sample';
import type { SamplesAnswer, SamplesQuestion } from './worker';

type Shown = { id: string; sample: Sample }[];

/** Samples of the datasets that tasks are about, read in a thread of their own. */
export class Samples implements vscode.Disposable {
  private worker: Worker | null = null;
  private asked = 0;
  private readonly open = new Map<number, { answer: (samples: Shown) => void; refuse: (error: Error) => void }>();

  constructor(private readonly program: string) {}

  /**
   * @param file Relative to the workspace, as the engine said it.
   * @throws SF4910 for a path that leaves the workspace, SF4911 where the data can't be read.
   */
  async read(workspace: string, file: string, ids: string[]): Promise<Shown> {
    const root = await realpath(workspace);
    const real = await realpath(path.resolve(root, file)).catch(() => null);
    if (real === null)
      throw fault('SF4911', 'request', `The data of this task is gone: ${file}.`, 'Run the workflow again.');
    if (!real.startsWith(root + path.sep)) {
      throw fault(
        'SF4910',
        'request',
        `The data of this task lies outside the workspace: ${file}.`,
        'Report it: the engine never says so.',
      );
    }
    const id = ++this.asked;
    return new Promise((answer, refuse) => {
      this.open.set(id, { answer, refuse });
      this.running().postMessage({ id, file: real, ids } satisfies SamplesQuestion);
    });
  }

  dispose(): void {
    this.end('the editor closes');
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.program);
    worker.on('message', (answer: SamplesAnswer) => {
      const open = this.open.get(answer.id);
      this.open.delete(answer.id);
      if ('samples' in answer) open?.answer(answer.samples);
      else open?.refuse(unreadable(answer.error));
    });
    worker.on('error', (error) => this.end(error.message));
    worker.unref();
    this.worker = worker;
    return worker;
  }

  private end(why: string): void {
    void this.worker?.terminate();
    this.worker = null;
    for (const { refuse } of this.open.values()) refuse(unreadable(why));
    this.open.clear();
  }
}

const unreadable = (why: string) =>
  fault('SF4911', 'request', `The data of this task can't be read: ${why}`, 'See the run that asks for it.');
