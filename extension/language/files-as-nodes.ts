import * as vscode from 'vscode';
import { type EditGraphResult, filesAsNodesRequest } from '../../language-server/requests';

const KIND = vscode.DocumentDropOrPasteEditKind.Empty.append('scanflow', 'nodes');
const URIS = 'text/uri-list';

type Ask = (
  request: typeof filesAsNodesRequest,
  parameters: { textDocument: { uri: string }; files: string[] },
) => Promise<EditGraphResult | null>;

/** Files that are dropped or pasted into a workflow become executors, nodes and sources: the language server says how. */
export function filesBecomeNodes(ask: Ask): vscode.Disposable {
  const selector: vscode.DocumentSelector = { language: 'scanflow' };
  const editFor = async (document: vscode.TextDocument, data: vscode.DataTransfer) => {
    const files = await urisIn(data);
    if (files.length === 0) return undefined;
    const textDocument = { uri: document.uri.toString() };
    const result = await ask(filesAsNodesRequest, { textDocument, files });
    // What is no script and no data is inserted as the editor would.
    if (!result || 'refused' in result) return undefined;
    const edit = new vscode.WorkspaceEdit();
    for (const { range, newText } of result.edits) {
      const { start, end } = range;
      edit.replace(document.uri, new vscode.Range(start.line, start.character, end.line, end.character), newText);
    }
    return { edit, title: vscode.l10n.t('Add as nodes') };
  };
  return vscode.Disposable.from(
    vscode.languages.registerDocumentDropEditProvider(
      selector,
      {
        async provideDocumentDropEdits(document, _, data) {
          const found = await editFor(document, data);
          if (!found) return undefined;
          const drop = new vscode.DocumentDropEdit('', found.title, KIND);
          drop.additionalEdit = found.edit;
          return drop;
        },
      },
      { dropMimeTypes: [URIS], providedDropEditKinds: [KIND] },
    ),
    vscode.languages.registerDocumentPasteEditProvider(
      selector,
      {
        async provideDocumentPasteEdits(document, _, data) {
          const found = await editFor(document, data);
          if (!found) return undefined;
          const paste = new vscode.DocumentPasteEdit('', found.title, KIND);
          paste.additionalEdit = found.edit;
          return [paste];
        },
      },
      { pasteMimeTypes: [URIS], providedPasteEditKinds: [KIND] },
    ),
  );
}

async function urisIn(data: vscode.DataTransfer): Promise<string[]> {
  const list = await data.get(URIS)?.asString();
  return (list ?? '').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}
