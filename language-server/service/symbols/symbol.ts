/** The kinds of things that have a name in a workflow. */
export type SymbolKind =
  | 'workflow'
  | 'node'
  | 'source'
  | 'parameter'
  | 'executor'
  | 'input'
  | 'output'
  | 'label'
  | 'phase'
  | 'subworkflow'
  | 'axis'
  | 'argument'
  | 'type'
  | 'builtin'
  | 'builtin-input'
  | 'builtin-output'
  | 'builtin-parameter';

/** Something with a name. Two occurrences with equal ids mean the same thing. */
export interface NamedThing {
  kind: SymbolKind;
  name: string;
  /** The executor or built-in node that a port, argument or parameter belongs to; empty for all others. */
  owner: string;
}

/** One place of the text where a thing is named. */
export interface Occurrence {
  thing: NamedThing;
  /** Offsets of the name alone, without quotes. */
  start: number;
  end: number;
  /** The place that makes the thing; all others refer to it. */
  definition: boolean;
}

export const idOf = ({ kind, owner, name }: NamedThing): string => `${kind} ${owner} ${name}`;

/** How people call it. */
export const wordFor: Record<SymbolKind, string> = {
  workflow: 'workflow',
  node: 'node',
  source: 'source',
  parameter: 'parameter',
  executor: 'executor',
  input: 'input',
  output: 'output',
  label: 'node label',
  phase: 'phase',
  subworkflow: 'workflow',
  axis: 'axis',
  argument: 'parameter of an executor',
  type: 'port type',
  builtin: 'built-in node',
  'builtin-input': 'input of a built-in node',
  'builtin-output': 'output of a built-in node',
  'builtin-parameter': 'parameter of a built-in node',
};
