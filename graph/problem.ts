/** A place in a text, counted as the Language Server Protocol counts: from 0, characters in UTF-16 units. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/**
 * What is wrong with a workflow, where, and what to do about it.
 * The same object serves the editor, the command line and the engine.
 */
export interface Problem {
  /** `SF` and four digits; each has a page in docs/problems/. */
  code: string;
  severity: Severity;
  /** One sentence: what is wrong. */
  message: string;
  /** One sentence: what to do. */
  remedy: string;
  range: Range;
  related?: { message: string; range: Range }[];
  /** The edit that would mend it, where there is just one. */
  fix?: Fix;
}

/** A replacement in the text. */
export interface Fix {
  range: Range;
  text: string;
}
