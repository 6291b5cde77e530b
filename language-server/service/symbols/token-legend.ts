import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver-types';

/** What the numbers of semantic tokens stand for: told once, when the client connects. */
export const TOKEN_TYPES = [
  SemanticTokenTypes.class,
  SemanticTokenTypes.function,
  SemanticTokenTypes.property,
  SemanticTokenTypes.parameter,
  SemanticTokenTypes.variable,
  SemanticTokenTypes.enumMember,
  SemanticTokenTypes.namespace,
  SemanticTokenTypes.type,
  SemanticTokenTypes.decorator,
];

export const TOKEN_MODIFIERS = [
  SemanticTokenModifiers.declaration,
  SemanticTokenModifiers.defaultLibrary,
  SemanticTokenModifiers.readonly,
  SemanticTokenModifiers.modification,
];
