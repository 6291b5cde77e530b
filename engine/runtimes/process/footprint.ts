import { readFile } from 'node:fs/promises';

/**
 * The most memory that the program under a supervisor has used so far, in bytes; null where the system does not tell.
 * The kernel keeps each process's own peak, so a look now and then misses little.
 */
export async function memoryPeak(supervisor: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const statuses = await Promise.all((await descendants(supervisor)).map(status));
  const measured = statuses.filter((one) => one !== null);
  if (measured.length === 0) return null;
  const together = measured.reduce((sum, one) => sum + one.now, 0);
  return Math.max(together, ...measured.map((one) => one.peak));
}

async function descendants(pid: number): Promise<number[]> {
  const found: number[] = [];
  const open = [pid];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter(Boolean).map(Number)) {
      found.push(child);
      open.push(child);
    }
  }
  return found;
}

async function status(pid: number): Promise<{ now: number; peak: number } | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
  const [now, peak] = [kilobytes('VmRSS'), kilobytes('VmHWM')];
  return Number.isNaN(now) || Number.isNaN(peak) ? null : { now: now * 1024, peak: peak * 1024 };
}
