import * as vscode from 'vscode';

interface Template {
  file: string;
  label: string;
  detail: string;
}

const templates = (): Template[] => [
  {
    file: 'first',
    label: vscode.l10n.t('A first workflow'),
    detail: vscode.l10n.t('Train a classifier, predict, score: built-in nodes only.'),
  },
  {
    file: 'labeler',
    label: vscode.l10n.t('Label what drifts (the paper\'s first approach)'),
    detail: vscode.l10n.t('Drift detector, human labeler, model trainer: a person labels the critical samples, the model is retrained.'),
  },
  {
    file: 'denoiser',
    label: vscode.l10n.t('Denoise what drifts (the paper\'s second approach)'),
    detail: vscode.l10n.t('Drift detector, human finder, model denoiser wrapper: a person finds clean twins, a denoiser is put before the model.'),
  },
];

/** Writes a new workflow from a template, and opens it. */
export async function newWorkflow(extension: vscode.Uri): Promise<void> {
  const template = await vscode.window.showQuickPick(templates(), { placeHolder: vscode.l10n.t('What to start from') });
  if (!template) return;
  const name = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('A name for the workflow'),
    value: template.file,
    validateInput: (text) => (/^[A-Za-z][\w-]*$/.test(text) ? null : vscode.l10n.t('Letters, digits, - and _; a letter first.')),
  });
  if (!name) return;
  const source = vscode.Uri.joinPath(extension, 'media/templates', `${template.file}.scanflow`);
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(source)).replace(/^name: .*$/m, `name: ${name}`);
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) {
    const untitled = await vscode.workspace.openTextDocument({ language: 'scanflow', content: text });
    await vscode.window.showTextDocument(untitled);
    return;
  }
  const target = vscode.Uri.joinPath(folder.uri, `${name}.scanflow`);
  const edit = new vscode.WorkspaceEdit();
  // Never over a file that is there.
  edit.createFile(target, { ignoreIfExists: false, overwrite: false, contents: new TextEncoder().encode(text) });
  if (!(await vscode.workspace.applyEdit(edit))) {
    void vscode.window.showErrorMessage(vscode.l10n.t('{0}.scanflow is there already.', name));
    return;
  }
  await vscode.window.showTextDocument(target);
}
