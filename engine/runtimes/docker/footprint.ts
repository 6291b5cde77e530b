import type { Container } from 'dockerode';
import { isConnectionError } from './errors';

/** What of the daemon's statistics is used; the two versions of cgroups differ. */
interface Statistics {
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: { usage?: number; stats?: { total_inactive_file?: number; inactive_file?: number } };
}

/** What a container has used, as far as it was looked at while it ran: both are gone with its end. */
export class Footprint {
  cpuSeconds: number | null = null;
  /** Bytes, without the file cache. */
  memoryPeak: number | null = null;

  /** A container that ends in this moment has no statistics: what the daemon answers then says nothing of its end. */
  async look(container: Container): Promise<void> {
    let statistics: Statistics;
    try {
      statistics = (await container.stats({ stream: false, 'one-shot': true })) as Statistics;
    } catch (error) {
      if (isConnectionError(error)) throw error;
      return;
    }
    const { cpu_stats, memory_stats } = statistics;
    const cpu = cpu_stats?.cpu_usage?.total_usage;
    if (cpu) this.cpuSeconds = cpu / 1e9;
    const { usage, stats } = memory_stats ?? {};
    if (!usage) return;
    const used = usage - (stats?.total_inactive_file ?? stats?.inactive_file ?? 0);
    this.memoryPeak = Math.max(this.memoryPeak ?? 0, used);
  }
}
