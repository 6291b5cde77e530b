import { plainLine } from './plain-text';
import { pad, widthOf } from './width';

/** Rows, under heads where there are any, in columns as wide as their widest text. Texts are made plain. */
export function table(heads: string[] | null, rows: readonly string[][]): string {
  const plain = [...(heads ? [heads] : []), ...rows.map((row) => row.map(plainLine))];
  const widths: number[] = [];
  for (const row of plain)
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, widthOf(text));
  return plain
    .map(
      (row) =>
        `${row
          .map((text, column) => pad(text, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
