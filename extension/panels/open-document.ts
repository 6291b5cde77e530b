import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { webviewDocument } from './document';

/** Fills a webview with one of the bundles in dist/webviews. */
export function openDocument(
  webview: vscode.Webview,
  extension: vscode.Uri,
  bundle: 'graph' | 'labeling' | 'drift' | 'compare' | 'review' | 'curves',
  title: string,
): void {
  const root = vscode.Uri.joinPath(extension, 'dist/webviews');
  webview.options = { enableScripts: true, localResourceRoots: [root] };
  webview.html = webviewDocument({
    title,
    nonce: randomBytes(16).toString('hex'),
    cspSource: webview.cspSource,
    script: webview.asWebviewUri(vscode.Uri.joinPath(root, `${bundle}.js`)).toString(),
    style: webview.asWebviewUri(vscode.Uri.joinPath(root, `${bundle}.css`)).toString(),
    language: vscode.env.language,
    words: vscode.l10n.bundle ?? {},
  });
}
