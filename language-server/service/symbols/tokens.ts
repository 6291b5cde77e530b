import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver-types';
import type { Range } from '../../../graph';
import type { Snapshot } from '../snapshot';
import { occurrencesOf } from './occurrences';
import type { Occurrence, SymbolKind } from './symbol';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './token-legend';

const TYPES: Record<SymbolKind, SemanticTokenTypes> = {
  workflow: SemanticTokenTypes.namespace,
  node: SemanticTokenTypes.class,
  source: SemanticTokenTypes.variable,
  parameter: SemanticTokenTypes.parameter,
  executor: SemanticTokenTypes.function,
  input: SemanticTokenTypes.property,
  output: SemanticTokenTypes.property,
  label: SemanticTokenTypes.enumMember,
  phase: SemanticTokenTypes.decorator,
  subworkflow: SemanticTokenTypes.namespace,
  axis: SemanticTokenTypes.parameter,
  argument: SemanticTokenTypes.parameter,
  type: SemanticTokenTypes.type,
  builtin: SemanticTokenTypes.function,
  'builtin-input': SemanticTokenTypes.property,
  'builtin-output': SemanticTokenTypes.property,
  'builtin-parameter': SemanticTokenTypes.parameter,
};

/** What the names of a text (or of a part of it) are, as the protocol encodes it: five numbers a name. */
export function semanticTokens(snapshot: Snapshot, range?: Range): number[] {
  const from = range ? snapshot.lines.offsetAt(range.start) : 0;
  const to = range ? snapshot.lines.offsetAt(range.end) : snapshot.text.length;
  const data: number[] = [];
  let line = 0;
  let character = 0;
  let last = -1;
  for (const occurrence of occurrencesOf(snapshot)) {
    const { start, end, thing } = occurrence;
    if (end <= from || start >= to || start < last) continue;
    last = end;
    const at = snapshot.lines.positionAt(start);
    const sameLine = at.line === line;
    data.push(
      at.line - line,
      sameLine ? at.character - character : at.character,
      end - start,
      TOKEN_TYPES.indexOf(TYPES[thing.kind]),
      modifiersOf(occurrence),
    );
    line = at.line;
    character = at.character;
  }
  return data;
}

function modifiersOf({ thing, definition }: Occurrence): number {
  const modifiers: SemanticTokenModifiers[] = [];
  if (definition) modifiers.push(SemanticTokenModifiers.declaration);
  if (thing.kind.startsWith('builtin')) modifiers.push(SemanticTokenModifiers.defaultLibrary);
  if (thing.kind === 'source' || thing.kind === 'parameter') modifiers.push(SemanticTokenModifiers.readonly);
  if (thing.kind === 'output' || thing.kind === 'builtin-output') modifiers.push(SemanticTokenModifiers.modification);
  return modifiers.reduce((bits, modifier) => bits | (1 << TOKEN_MODIFIERS.indexOf(modifier)), 0);
}
