import * as vscode from 'vscode';

interface Template {
  name: string;
  description: string;
  folder: vscode.Uri;
}

const LARGEST_DESCRIPTION = 200;

/** Copies an example that comes with the extension into the workspace, and opens its workflow. */
export async function newWorkflow(extension: vscode.Uri): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const rows = (await templatesIn(vscode.Uri.joinPath(extension, 'examples'))).map((template) => ({
    label: template.name,
    detail: template.description,
    template,
  }));
  const row = await vscode.window.showQuickPick(rows, {
    placeHolder: vscode.l10n.t('What to start from'),
    matchOnDetail: true,
  });
  if (!row) return;
  const { template } = row;
  const name = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('The new folder for it'),
    value: template.name,
    validateInput: async (text) => {
      if (!/^[A-Za-z][\w-]*$/.test(text)) return vscode.l10n.t('Letters, digits, - and _; a letter first.');
      return (await exists(vscode.Uri.joinPath(folder.uri, text))) ? vscode.l10n.t('It is there already.') : null;
    },
  });
  if (!name) return;
  const target = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.copy(template.folder, target, { overwrite: false });
  await vscode.window.showTextDocument(vscode.Uri.joinPath(target, `${template.name}.scanflow`), { preview: false });
}

async function templatesIn(examples: vscode.Uri): Promise<Template[]> {
  const entries = await vscode.workspace.fs.readDirectory(examples);
  const found = await Promise.all(
    entries.map(async ([name]): Promise<Template[]> => {
      const folder = vscode.Uri.joinPath(examples, name);
      const file = vscode.Uri.joinPath(folder, `${name}.scanflow`);
      if (!(await exists(file))) return [];
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      const description = /^description:\s*(.+)$/m.exec(text)?.[1] ?? '';
      return [{ name, description: description.slice(0, LARGEST_DESCRIPTION), folder }];
    }),
  );
  return found.flat();
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick();
  if (folders.length === 0) {
    const open = vscode.l10n.t('Open Folder');
    const message = vscode.l10n.t('A workflow lives in a folder, with its data and its runs. Open one first.');
    if ((await vscode.window.showInformationMessage(message, open)) === open) {
      await vscode.commands.executeCommand('vscode.openFolder');
    }
  }
  return folders[0];
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
