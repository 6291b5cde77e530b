const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `4.1 KiB`. */
export function sizeOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1024 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** Whether a metric counts bytes: what is measured of every attempt. */
export const isSize = (metric: string): boolean => /(?:^|\.)system\.memory$/.test(metric);
