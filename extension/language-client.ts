import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RequestType } from 'vscode-jsonrpc';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { runStateNotification } from '../language-server/requests';
import type { Links } from './engine/links';
import { runStateOf } from './runs/run-state';

/** What the editor asks the language server beyond what VS Code asks it. */
export interface LanguageLink extends vscode.Disposable {
  /** Null where there is no server. */
  ask<P, R>(request: RequestType<P, R, void>, parameters: P): Promise<R | null>;
}

/** Starts the language server beside the editor. Where its program is missing, the rest works on. */
export function startLanguageClient(program: string, links: Links, log: vscode.LogOutputChannel): LanguageLink {
  if (!existsSync(program)) {
    log.warn(`No language server at ${program}: completion and diagnostics are off.`);
    return { ask: async () => null, dispose() {} };
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
      synchronize: {
        configurationSection: 'scanflow',
        fileEvents: vscode.workspace.createFileSystemWatcher('**/*.scanflow'),
      },
      middleware: {
        provideCodeLenses: (document, token, next) =>
          vscode.workspace.getConfiguration('scanflow', document.uri).get('codeLens', true)
            ? next(document, token)
            : [],
      },
    },
  );
  const told = new Map<string, string>();
  const tell = () => {
    for (const document of vscode.workspace.textDocuments) {
      const state = document.languageId === 'scanflow' ? runStateOf(links, document.uri) : null;
      const text = JSON.stringify(state);
      if (state === null || told.get(state.uri) === text) continue;
      told.set(state.uri, text);
      client.sendNotification(runStateNotification, state).catch((error: unknown) => log.warn(String(error)));
    }
  };
  const subscriptions: vscode.Disposable[] = [];
  client.start().then(
    () => {
      subscriptions.push(links.onDidChange(tell), vscode.workspace.onDidOpenTextDocument(tell));
      tell();
    },
    (error: unknown) => log.error(`The language server did not start: ${String(error)}`),
  );
  return {
    ask: async (request, parameters) => (client.isRunning() ? client.sendRequest(request.method, parameters) : null),
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      void client.dispose();
    },
  };
}
