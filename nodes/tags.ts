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

/** An infinite reading is as severe as it gets, and severities are numbers. */
const MOST_SEVERE = 1e9;

/** Six digits are more than a severity means. */
const round = (value: number): number => Number(Math.min(value, MOST_SEVERE).toPrecision(6));
