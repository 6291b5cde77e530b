import { existsSync } from 'node:fs';
import type * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

/** Starts the language server beside the editor. Where its program is missing, the rest works on. */
export function startLanguageClient(program: string, log: vscode.LogOutputChannel): vscode.Disposable {
  if (!existsSync(program)) {
    log.warn(`No language server at ${program}: completion and diagnostics are off.`);
    return { dispose() {} };
  }
  const server = { module: program, transport: TransportKind.ipc };
  const client = new LanguageClient(
    'scanflow',
    'Scanflow',
    { run: server, debug: server },
    {
      documentSelector: [
        { scheme: 'file', language: 'scanflow' },
        { scheme: 'untitled', language: 'scanflow' },
      ],
      outputChannel: log,
      // The editor has its own, which know its commands and the state of runs; the server's are for other clients.
      middleware: { provideCodeLenses: () => [] },
    },
  );
  client.start().catch((error: unknown) => log.error(`The language server did not start: ${String(error)}`));
  return { dispose: () => void client.dispose() };
}
