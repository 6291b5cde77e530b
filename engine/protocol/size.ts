const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A size for people: `1 byte`, `4.1 KiB`; a difference may be less than nothing. */
export function sizeOf(bytes: number): string {
  if (bytes < 0) return `-${sizeOf(-bytes)}`;
  if (!Number.isFinite(bytes) || bytes === 1) return bytes === 1 ? '1 byte' : String(bytes);
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${Math.round(bytes)} bytes` : `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** Whether a metric counts bytes: what is measured of every attempt. */
export const isSize = (metric: string): boolean => /(?:^|\.)system\.memory$/.test(metric);
