/** `12.4 s`, `3 min 20 s`; empty where it has not ended. */
export function duration(startedAt: string | null, endedAt: string | null): string {
  if (!startedAt || !endedAt) return '';
  const seconds = Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
