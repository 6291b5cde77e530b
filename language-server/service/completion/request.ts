import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { Range, Workflow } from '../../../graph';
import type { Cancellation } from '../cancellation';
import type { Cursor } from '../cursor/cursor';
import type { FileAccess } from '../files/access';
import type { Snapshot } from '../snapshot';

/** All that a source of completions may look at. */
export interface CompletionRequest {
  snapshot: Snapshot;
  workflow: Workflow;
  cursor: Cursor;
  offset: number;
  files: FileAccess;
  /** Names of images that the client knows. */
  images: readonly string[];
  snippets: boolean;
  token: Cancellation;
}

export interface Offer {
  label: string;
  kind: CompletionItemKind;
  /** What is written, where that is not the label. A snippet where `snippet` is set. */
  text?: string;
  snippet?: boolean;
  detail?: string;
  documentation?: string;
  /** What is offered first has the lowest rank; names of one rank are in order. */
  rank?: number;
  /** Ask for more at once: the user goes on in what was written. */
  again?: boolean;
  /** What else changes in the text. */
  also?: TextEdit[];
}

/** An offer as an item that replaces a part of the text. */
export function item(offer: Offer, range: Range): CompletionItem {
  const { label, kind, text = label, snippet, detail, documentation, rank = 5, again, also } = offer;
  return {
    label,
    kind,
    filterText: label,
    sortText: `${rank}${label}`,
    textEdit: { range, newText: text },
    insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    // Lines are indented as they must stand; a client would add the indentation of the line they begin on.
    ...(text.includes('\n') && { insertTextMode: InsertTextMode.asIs }),
    ...(detail !== undefined && { detail }),
    ...(documentation !== undefined && { documentation: { kind: 'markdown', value: documentation } }),
    ...(again && { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } }),
    ...(also && { additionalTextEdits: also }),
  };
}

/** Text with what its quotes would end, or read otherwise, marked; undefined where it stands in none. */
export function inQuotes(text: string, quote: Cursor['quote']): string | undefined {
  if (quote === "'") return text.replaceAll("'", "''");
  return quote === '"' ? JSON.stringify(text).slice(1, -1) : undefined;
}

/** Text that means itself in a snippet. */
export const literal = (text: string): string => text.replace(/[\\$}]/g, '\\$&');

const PLACE = /\\(.)|\$\d+|\$\{\d+(?::((?:\\.|[^\\}])*)|\|((?:\\.|[^\\,|])*)(?:\\.|[^\\|])*\|)?\}/gs;

/** A snippet for a client that can't insert one: each place has its default, or the first of its choices. */
export const expanded = (snippet: string): string =>
  snippet.replace(PLACE, (_, escaped?: string, preset?: string, first?: string) =>
    escaped === undefined ? (preset ?? first ?? '').replace(/\\(.)/gs, '$1') : escaped,
  );

export { CompletionItemKind };
