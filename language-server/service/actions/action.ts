import { type CodeAction, CodeActionKind, type CreateFile, type TextDocumentEdit } from 'vscode-languageserver-types';
import type { Problem } from '../../../graph';
import type { Change } from '../editing/find';
import type { FileAccess } from '../files/access';
import { asEdits } from '../graph/edit';
import type { Snapshot } from '../snapshot';

/** What an action does to the text and to files. */
export interface Proposal {
  title: string;
  changes?: Change[];
  /** URIs of files to be made, with what is in them. */
  creates?: { uri: string; text: string }[];
  /** The one that is nearly always meant. */
  preferred?: boolean;
}

/** What the makers of actions may look at. */
export interface ActionRequest {
  snapshot: Snapshot;
  problem: Problem;
  files: FileAccess;
}

/** Finds what would solve one problem. */
export type Fixer = (request: ActionRequest) => Proposal[] | Promise<Proposal[]>;

/** A change, where it can be made. */
export const changing = (title: string, ...changes: (Change | Change[] | undefined)[]): Proposal[] =>
  changes.some((change) => change === undefined) ? [] : [{ title, changes: changes.flat() as Change[] }];

/** A proposal as the protocol has it. Files are made before they are written to. */
export function asAction(
  { uri, lines, version }: Snapshot,
  { title, changes, creates, preferred }: Proposal,
  kind: CodeActionKind,
): CodeAction {
  const documentChanges: (CreateFile | TextDocumentEdit)[] = [];
  const start = { line: 0, character: 0 };
  for (const file of creates ?? []) {
    documentChanges.push({ kind: 'create', uri: file.uri, options: { ignoreIfExists: true } });
    if (file.text !== '')
      documentChanges.push({
        textDocument: { uri: file.uri, version: null },
        edits: [{ range: { start, end: start }, newText: file.text }],
      });
  }
  const edits = asEdits(lines, changes ?? []);
  if (creates && edits.length > 0) documentChanges.push({ textDocument: { uri, version }, edits });
  return {
    title,
    kind,
    edit: creates ? { documentChanges } : { changes: { [uri]: edits } },
    ...(preferred && { isPreferred: true }),
  };
}

export { CodeActionKind };
