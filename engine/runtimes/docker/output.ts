import type { Container } from 'dockerode';
import { isConnectionError, statusOf } from './errors';
import { type LogCopy, rewriteLog } from './log-copy';

/** An end of the output this long before the container's own may have been a cut. Milliseconds. */
const EARLY = 300;

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

  /** To be called when the container has ended: resolves when all of its output is in the file. */
  async finish(cut: boolean): Promise<void> {
    const now = performance.now();
    const early = this.#copy?.endedAt !== null && now - (this.#copy?.endedAt ?? 0) > EARLY;
    const whole = !cut && !early && (await this.#copy?.ended);
    if (whole) return;
    await this.#restart();
    await this.#copy?.ended;
  }

  /** Where it can't be read (the container or the daemon is gone), waiting for the container tells why. */
  async #restart(): Promise<void> {
    this.#copy?.stop();
    await this.#copy?.ended;
    this.#copy = await rewriteLog(this.#container, this.#directory).catch((error) => {
      if (statusOf(error) === 0 && !isConnectionError(error)) throw error;
      return null;
    });
  }
}
