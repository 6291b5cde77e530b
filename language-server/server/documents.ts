import { TextDocument, type TextDocumentContentChangeEvent } from 'vscode-languageserver-textdocument';
import { type Composer, createComposer } from '../../graph';
import { readSnapshot, type Snapshot } from '../service/snapshot';

interface Open {
  document: TextDocument;
  compose: Composer;
  snapshot: Snapshot | undefined;
}

/** The open documents. Each version of a text is parsed once, when it is first asked about. */
export class Documents {
  private readonly open = new Map<string, Open>();

  /** @param beforeWork is told which document is worked on next: whoever watches knows what to blame. */
  constructor(private readonly beforeWork: (uri: string, text: string) => void) {}

  add(uri: string, languageId: string, version: number, text: string): void {
    this.open.set(uri, {
      document: TextDocument.create(uri, languageId, version, text),
      compose: createComposer(),
      snapshot: undefined,
    });
  }

  change(uri: string, version: number, changes: TextDocumentContentChangeEvent[]): void {
    const open = this.open.get(uri);
    if (!open) return;
    open.document = TextDocument.update(open.document, changes, version);
    open.snapshot = undefined;
  }

  remove(uri: string): void {
    this.open.delete(uri);
  }

  uris(): string[] {
    return [...this.open.keys()];
  }

  /** The newest version of a document. @returns undefined where it is not open. */
  snapshot(uri: string): Snapshot | undefined {
    const open = this.open.get(uri);
    if (!open) return undefined;
    const text = open.document.getText();
    // Also of a text that is read already: what is asked about it can hang as well.
    this.beforeWork(uri, text);
    open.snapshot ??= readSnapshot(uri, open.document.version, text, open.compose);
    return open.snapshot;
  }

  version(uri: string): number | undefined {
    return this.open.get(uri)?.document.version;
  }
}
