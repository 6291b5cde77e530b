import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type * as vscode from 'vscode';
import { fault } from '../../engine/protocol';
import type { AnswerOf, SampleQuestion } from './questions';
import type { Answered, Asked } from './worker';

/** Samples of the datasets that tasks are about, read in a thread of their own. */
export class Samples implements vscode.Disposable {
  private worker: Worker | null = null;
  private asked = 0;
  private readonly open = new Map<number, { answer: (value: unknown) => void; refuse: (error: Error) => void }>();

  constructor(private readonly program: string) {}

  /**
   * @param question Its files relative to the workspace, as the engine said them.
   * @param givenUp Refuses what is no longer wanted, and ends the reading where nothing else is asked.
   * @throws SF4910 for a path that leaves the workspace, SF4911 where the data can't be read.
   */
  async ask<Q extends SampleQuestion>(workspace: string, question: Q, givenUp?: AbortSignal): Promise<AnswerOf<Q>> {
    const root = await realpath(workspace);
    const placed: Q = { ...question, file: await within(root, question.file) };
    if ('clean' in placed) placed.clean = await within(root, placed.clean);
    if ('report' in placed && placed.report !== null) placed.report = await within(root, placed.report);
    if (givenUp?.aborted) throw unreadable('it is no longer wanted');
    const id = ++this.asked;
    return new Promise<AnswerOf<Q>>((answer, refuse) => {
      this.open.set(id, { answer: (value) => answer(value as AnswerOf<Q>), refuse });
      this.running().postMessage({ id, question: placed } satisfies Asked);
      givenUp?.addEventListener('abort', () => this.giveUp(id), { once: true });
    });
  }

  dispose(): void {
    this.end('the editor closes');
  }

  private giveUp(id: number): void {
    const open = this.open.get(id);
    if (!open) return;
    this.open.delete(id);
    open.refuse(unreadable('it is no longer wanted'));
    if (this.open.size === 0) this.end('it is no longer wanted');
  }

  private running(): Worker {
    if (this.worker) return this.worker;
    const worker = new Worker(this.program);
    worker.on('message', (answered: Answered) => {
      const open = this.open.get(answered.id);
      this.open.delete(answered.id);
      if ('answer' in answered) open?.answer(answered.answer);
      else open?.refuse(unreadable(answered.error));
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

async function within(root: string, file: string): Promise<string> {
  const real = await realpath(path.resolve(root, file)).catch(() => null);
  if (real === null)
    throw fault('SF4911', 'request', `The data of this task is gone: ${file}.`, 'Run the workflow again.');
  if (real.startsWith(root + path.sep)) return real;
  throw fault(
    'SF4910',
    'request',
    `The data of this task lies outside the workspace: ${file}.`,
    'Report it: the engine never says so.',
  );
}

const unreadable = (why: string) =>
  fault('SF4911', 'request', `The data of this task can't be read: ${why}`, 'See the run that asks for it.');
