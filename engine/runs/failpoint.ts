/**
 * Kills this process, as kill -9 does, at the k-th time that a named point is passed: `SCANFLOW_FAILPOINT=after-entry:7`.
 * The fault-injection suite takes every k in turn. Without the variable it costs one comparison.
 */
export function failpoint(name: 'before-entry' | 'after-entry' | 'before-start' | 'after-start'): void {
  if (wanted === null || wanted.name !== name) return;
  if (--wanted.count === 0) process.kill(process.pid, 'SIGKILL');
}

const wanted = parse(process.env.SCANFLOW_FAILPOINT);

function parse(text: string | undefined): { name: string; count: number } | null {
  const [name, count] = text?.split(':') ?? [];
  return name && count ? { name, count: Number(count) } : null;
}
