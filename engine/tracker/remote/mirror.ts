import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Journal, openJournal } from '../../store/journal';
import type { Change } from '../changes';
import type { Run } from '../records';
import { Refused, type Server, Unreachable } from './client';
import { linkRun, type Sender, type Sent, sendRun } from './send-run';

/** A line of a mirror's journal. `print`: of the run as it was when the server had all of it. */
type Line = { server: Server } | { owe: string } | { done: string; remote: string; print: string };

interface Kept {
  run: string;
  sent: Sent | null;
  /** The server lacks something. */
  owed: boolean;
  /** The journal says that the server has all of it. */
  done: boolean;
}

/** Points of a run that are held in memory while a server is away; beyond them all are read again from the store. */
const MOST_FRESH = 50_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 60_000;
/** Milliseconds that an engine which ends waits for a server that answers. */
const LAST_WORDS = 10_000;

/**
 * What an external MLflow server is to know. Everything is in our own store first; this is the list of runs that the
 * server lacks something of, on disk, and the work of sending it: runs in the order in which they began, each again until
 * the server has it. All that is sent twice is kept once there, so nothing is lost and nothing doubled, whoever dies when.
 */
export class Mirror {
  private readonly kept = new Map<string, Kept>();
  private readonly stopping = new AbortController();
  private working: Promise<void> | null = null;
  private pause = 0;
  /** How often nobody answered. */
  private failures = 0;
  private said = false;
  private wake = new AbortController();

  private constructor(
    readonly server: Server,
    private readonly journal: Journal<Line>,
    private readonly sender: Sender,
    private readonly say: (message: string) => void,
  ) {}

  static async open(
    file: string,
    server: Server | null,
    senderFor: (server: Server, stop: AbortSignal) => Sender,
    say: (message: string) => void,
  ): Promise<Mirror | null> {
    const { journal, events } = await openJournal<Line>(file);
    const written = events.flatMap((line) => ('server' in line ? [line.server] : [])).at(-1);
    const known = server ?? written;
    if (!known) {
      await journal.close();
      return null;
    }
    if (JSON.stringify(known) !== JSON.stringify(written)) await journal.append({ server: known });
    const stop = new AbortController();
    const mirror = new Mirror(known, journal, senderFor(known, stop.signal), say);
    mirror.stopping.signal.addEventListener('abort', () => stop.abort());
    const { runs } = mirror.sender.database.state;
    for (const line of events) {
      if ('owe' in line) mirror.kept.set(line.owe, { run: line.owe, sent: null, owed: true, done: false });
      else if ('done' in line) {
        const run = runs.get(line.done);
        mirror.kept.set(line.done, {
          run: line.done,
          sent: null,
          owed: run !== undefined && printOf(run) !== line.print,
          done: true,
        });
      }
    }
    mirror.work();
    return mirror;
  }

  has(run: string): boolean {
    return this.kept.has(run);
  }

  /** From now on; durable before it resolves. */
  async keep(run: string): Promise<void> {
    if (this.kept.has(run)) return;
    this.kept.set(run, { run, sent: null, owed: true, done: false });
    await this.journal.append({ owe: run });
    this.work();
  }

  changed(change: Change & { type: 'run' }): void {
    const kept = this.kept.get(change.id);
    if (!kept) return;
    kept.owed = true;
    if (kept.done) {
      kept.done = false;
      // Not all that may come shows in the print.
      void this.journal.append({ owe: change.id }, { flush: false }).catch(() => undefined);
    }
    const fresh = kept.sent?.fresh;
    if (fresh && change.metrics) {
      if (fresh.length + change.metrics.length > MOST_FRESH) kept.sent!.fresh = null;
      else fresh.push(...change.metrics);
    }
    this.work();
  }

  /** The server's id of a run, when it has all that we have. @returns null where it does not answer now, or not in time. */
  async remoteOf(run: string, patience: number): Promise<string | null> {
    const deadline = performance.now() + patience;
    const kept = this.kept.get(run);
    const failures = this.failures;
    this.wake.abort();
    while (kept && performance.now() < deadline && this.failures === failures) {
      if (!kept.owed && kept.sent) return kept.sent.remote;
      if (!kept.owed) kept.owed = true;
      this.work();
      await sleep(20);
    }
    return null;
  }

  /** What the server has not got yet. */
  get owed(): number {
    return [...this.kept.values()].filter(({ owed }) => owed).length;
  }

  async close(): Promise<void> {
    const deadline = performance.now() + LAST_WORDS;
    // What is just being sent is not owed.
    while ((this.owed > 0 || this.working) && this.pause === 0 && performance.now() < deadline) await sleep(20);
    this.stopping.abort();
    await this.working;
    await this.journal.close();
  }

  private work(): void {
    if (this.working || this.stopping.signal.aborted) return;
    this.working = this.send().finally(() => {
      this.working = null;
      if (this.owed > 0) this.work();
    });
  }

  private async send(): Promise<void> {
    const { state } = this.sender.database;
    for (const kept of this.kept.values()) {
      if (!kept.owed || this.stopping.signal.aborted) continue;
      const run = state.runs.get(kept.run);
      kept.owed = false;
      if (!run) continue;
      try {
        kept.sent ??= await linkRun(this.sender, run);
        await sendRun(this.sender, run, kept.sent);
        this.pause = 0;
        this.said = false;
        if (!kept.owed && run.status !== 'RUNNING') {
          kept.done = true;
          await this.journal.append({ done: run.id, remote: kept.sent.remote, print: printOf(run) });
        }
      } catch (error) {
        kept.owed = true;
        if (error instanceof Unreachable) {
          if (!this.stopping.signal.aborted) await this.wait(error);
          return;
        }
        // Nothing that trying again would mend; what was logged is in the store.
        kept.owed = false;
        const { uri } = this.server;
        if (error instanceof Refused) this.say(`${uri} did not take run ${run.id}: ${error.message}`);
        else this.say(`Run ${run.id} could not be sent to ${uri}: ${String(error)}`);
      }
    }
  }

  private async wait(error: Unreachable): Promise<void> {
    if (!this.said) {
      this.said = true;
      const what = 'what was logged waits in the store and is sent when it answers';
      this.say(`The tracker at ${this.server.uri} does not answer (${error.message}): ${what}.`);
    }
    this.failures += 1;
    this.pause = Math.min(LONGEST_PAUSE, this.pause === 0 ? FIRST_PAUSE : 2 * this.pause);
    this.wake = new AbortController();
    await sleep(this.pause, undefined, { signal: AbortSignal.any([this.stopping.signal, this.wake.signal]) }).catch(
      () => undefined,
    );
  }
}

function printOf(run: Run): string {
  const latest = [...run.latest.values()].map(({ key, value, timestamp, step }) => [
    key,
    String(value),
    timestamp,
    step,
  ]);
  const all = [run.status, run.end, [...run.params], [...run.tags], latest];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
