export interface Row {
  fields: string[];
  /** From 1: where it begins. */
  line: number;
}

/**
 * CSV by RFC 4180, as people and their oracles give answers: quoted fields may hold commas, quotes (doubled) and line ends; a byte
 * order mark and empty lines are passed over, blanks around fields are no part of them.
 *
 * @returns `open`: the line of a quote that has no end; then the last row is none.
 */
export function csvRows(text: string): { rows: Row[]; open: number | null } {
  const rows: Row[] = [];
  let row: Row = { fields: [], line: 1 };
  let field = '';
  let quotedFrom: number | null = null;
  let line = 1;
  const endField = () => {
    row.fields.push(field.trim());
    field = '';
  };
  const endRow = () => {
    endField();
    if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
    row = { fields: [], line };
  };
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\n') line++;
    if (quotedFrom !== null) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') field += text[++at];
      else quotedFrom = null;
    } else if (letter === '"' && field.trim() === '') {
      quotedFrom = line;
      field = '';
    } else if (letter === ',') endField();
    else if (letter === '\n') endRow();
    else if (letter !== '\r') field += letter;
  }
  endRow();
  return { rows, open: quotedFrom };
}
