import type { Container } from 'dockerode';
import { within } from './connect';
import { isConnectionError, statusOf } from './errors';
import { type LogCopy, rewriteLog } from './log-copy';

/** An end of the output this long before the container's own may have been a cut. Milliseconds. */
const EARLY = 300;
/** A stream that is this long silent after the container's end has died without a word. Milliseconds. */
const SILENCE = 5000;
/** Seconds in which the daemon must begin to send the output again. */
const ANSWER = 5;

/**
 * Keeps a container's output flowing into the attempt's `log` while it is waited for. The end of a stream says nothing:
 * a connection that breaks looks the same. So what ended while the container ran is written again from the beginning.
 */
export class Output {
  readonly #container: Container;
  readonly #directory: string;
  #copy: LogCopy | null;
  /** A program may close its output and go on: that is found out once. */
  #mayRestart = true;

  /** @param copy The one that was joined before the start; null: another engine started it. */
  constructor(container: Container, directory: string, copy: LogCopy | null) {
    this.#container = container;
    this.#directory = directory;
    this.#copy = copy;
  }

  /** To be called while the container runs. */
  async keep(): Promise<void> {
    if (this.#copy && (this.#copy.endedAt === null || !this.#mayRestart)) return;
    if (this.#copy) this.#mayRestart = false;
    await this.#restart();
  }

  /**
   * To be called when the container has ended: resolves when all of its output is in the file, or when the daemon does
   * not send it though it was asked again.
   */
  async finish(cut: boolean): Promise<void> {
    const now = performance.now();
    const early = this.#copy?.endedAt !== null && now - (this.#copy?.endedAt ?? 0) > EARLY;
    const whole = !cut && !early && this.#copy && (await drained(this.#copy));
    if (whole) return;
    await this.#restart();
    if (this.#copy && !(await drained(this.#copy))) this.#copy.stop();
  }

  /** Where it can't be read (the container or the daemon is gone), waiting for the container tells why. */
  async #restart(): Promise<void> {
    this.#copy?.stop();
    if (this.#copy) await drained(this.#copy);
    const giveUp = new AbortController();
    const rewriting = rewriteLog(this.#container, this.#directory, giveUp.signal);
    this.#copy = await within(ANSWER, rewriting).catch((error) => {
      // An answer that comes too late must not write beside the next one.
      giveUp.abort();
      if (statusOf(error) === 0 && !isConnectionError(error)) throw error;
      return null;
    });
  }
}

/** Waits for a copy's end. @returns whether all of the output is in the file; not so where its stream falls silent. */
async function drained(copy: LogCopy): Promise<boolean> {
  const from = performance.now();
  for (;;) {
    const left = Math.max(from, copy.heardAt) + SILENCE - performance.now();
    if (left <= 0) return false;
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), left);
    });
    const whole = await Promise.race([copy.ended, silent]);
    clearTimeout(timer);
    if (whole !== null) return whole;
  }
}
