/** A piece of an edge's shorthand, with its place in the text of the shorthand. */
export interface Piece {
  text: string;
  start: number;
}

export type Shorthand = { from: Piece; to: Piece; label?: Piece } | { error: string; remedy: string };

/** Reads `a.out -> b.in [label]`. */
export function readShorthand(written: string): Shorthand {
  const arrow = written.indexOf('->');
  if (arrow < 0) {
    return { error: `"${short(written)}" has no arrow`, remedy: 'Write an edge as "a.out -> b.in [label]".' };
  }
  if (written.includes('->', arrow + 2)) {
    return { error: `"${short(written)}" has two arrows`, remedy: 'Write one edge for each arrow.' };
  }
  const from = piece(written, 0, arrow);
  const open = written.indexOf('[', arrow);
  const to = piece(written, arrow + 2, open < 0 ? written.length : open);
  if (from.text === '' || to.text === '') {
    return { error: `"${short(written)}" has nothing at one end`, remedy: 'Write an edge as "a.out -> b.in [label]".' };
  }
  if (open < 0) return { from, to };
  const close = written.indexOf(']', open);
  if (close < 0 || written.slice(close + 1).trim() !== '') {
    return {
      error: `The label of "${short(written)}" does not end with "]"`,
      remedy: 'Write one label in brackets at the end: "a.out -> b.in [label]".',
    };
  }
  const label = piece(written, open + 1, close);
  if (label.text.includes(',')) {
    return {
      error: `"${short(written)}" has more than one label`,
      remedy: 'Write one edge for each label: several edges between the same two nodes are fine.',
    };
  }
  if (label.text === '') {
    return {
      error: `The label of "${short(written)}" is empty`,
      remedy: 'Write a label between the brackets, or leave both out.',
    };
  }
  if (!LABEL.test(label.text)) {
    return {
      error: `"${short(label.text)}" is not a label`,
      remedy: 'A label is a name: letters, digits, "_" and "-".',
    };
  }
  return { from, to, label };
}

const LABEL = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

function piece(written: string, start: number, end: number): Piece {
  const raw = written.slice(start, end);
  return { text: raw.trim(), start: start + (raw.length - raw.trimStart().length) };
}

function short(written: string): string {
  const line = written.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
