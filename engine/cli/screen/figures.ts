/** `0.9312`, `1.2e-9`, `60000`, `NaN`: a metric for a person, to four significant decimals. */
export function figure(value: number | null): string {
  // An engine of an older version tells no number but null where JSON has none.
  if (value === null) return String(Number.NaN);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toFixed(size < 1 ? 4 : 3))) : value.toPrecision(3);
}

/** A duration in milliseconds: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor((seconds + 0.5) / 60);
  if (minutes < 60) return `${minutes} min ${two(Math.floor(seconds + 0.5) % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Between two ISO stamps; empty where one of them is missing. */
export function between(startedAt: string | null, endedAt: string | null): string {
  return startedAt && endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '';
}

/** `2026-11-24 03:15:09`, in the zone of the reader. */
export function moment(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
