import { writeCsv } from './data/csv';
import { writeFile } from './data/write';

/** What every checker says of each sample (R35): a tag and a severity. */
export interface Tags {
  ids: string[];
  /** 1: anomalous. */
  anomalous: ArrayLike<number>;
  severity: ArrayLike<number>;
}

/** Writes the port type `tags`: CSV `id,anomalous,severity`. */
export function writeTags(file: string, { ids, anomalous, severity }: Tags): void {
  const columns = [ids, ids.map((_, i) => String(anomalous[i])), ids.map((_, i) => String(round(severity[i]!)))];
  writeFile(file, writeCsv(['id', 'anomalous', 'severity'], columns, ids.length));
}

/** Six digits are more than a severity means. */
const round = (value: number): number => Number(value.toPrecision(6));
