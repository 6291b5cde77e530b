import { Session } from 'node:inspector/promises';

/** What of our own code has ever run: blocks of V8's, and how often in powers of two. */
export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  /** @param own Whether a script, by its URL, is to count. */
  static async start(own: (url: string) => boolean): Promise<Coverage> {
    const coverage = new Coverage(own);
    coverage.session.connect();
    await coverage.session.post('Profiler.enable');
    await coverage.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  private constructor(private readonly own: (url: string) => boolean) {}

  /** How much of what ran since the last call had never run before. */
  async news(): Promise<number> {
    const { result } = await this.session.post('Profiler.takePreciseCoverage');
    const before = this.seen.size;
    for (const { scriptId, url, functions } of result) {
      if (!this.own(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.seen.add(`${scriptId}:${startOffset}:${endOffset}:${Math.floor(Math.log2(count))}`);
        }
      }
    }
    return this.seen.size - before;
  }

  async stop(): Promise<void> {
    await this.session.post('Profiler.stopPreciseCoverage');
    this.session.disconnect();
  }
}
