import * as vscode from 'vscode';

/** What the engine remembers of each image that it gave a program, in `.scanflow/images/`. */
interface Use {
  image?: unknown;
  of?: unknown;
}

/** The names of images that workflows of this window have run in, for completion; those that Scanflow built have none. */
export async function knownImages(): Promise<string[]> {
  const names = new Set<string>();
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const folder = vscode.Uri.joinPath(uri, '.scanflow', 'images');
    for (const [file] of await entriesOf(folder)) {
      const { image, of } = await useIn(vscode.Uri.joinPath(folder, file));
      if (typeof of === 'string' && typeof image === 'string' && !image.startsWith('scanflow/')) names.add(of);
    }
  }
  return [...names].sort();
}

async function entriesOf(folder: vscode.Uri): Promise<[string, vscode.FileType][]> {
  try {
    return (await vscode.workspace.fs.readDirectory(folder)).filter(([name]) => name.endsWith('.json'));
  } catch {
    // Nothing has run in an image here.
    return [];
  }
}

async function useIn(file: vscode.Uri): Promise<Use> {
  try {
    const read: unknown = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8'));
    return read !== null && typeof read === 'object' ? read : {};
  } catch {
    // Half-written by an engine that died.
    return {};
  }
}
