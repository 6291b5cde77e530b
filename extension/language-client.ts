import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RequestType } from 'vscode-jsonrpc';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import { imagesNotification, runStateNotification, statusNotification } from '../language-server/requests';
import type { Links } from './engine/links';
import { filesBecomeNodes } from './language/files-as-nodes';
import { knownImages } from './language/known-images';
import { askForPast, runStateOf } from './runs/run-state';

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
      synchronize: { configurationSection: 'scanflow' },
      middleware: {
        provideCodeLenses: (document, token, next) =>
          vscode.workspace.getConfiguration('scanflow', document.uri).get('codeLens', true)
            ? next(document, token)
            : [],
      },
    },
  );
  /** What the server keeps: of a document until it is closed, of images until the server ends. */
  const told = new Map<string, string>();
  let images = '[]';
  const asked = new Set<string>();
  const tell = () => {
    if (!client.isRunning()) return;
    for (const document of vscode.workspace.textDocuments) {
      const state = document.languageId === 'scanflow' ? runStateOf(links, document.uri) : null;
      const text = JSON.stringify(state);
      if (state === null || told.get(state.uri) === text) continue;
      told.set(state.uri, text);
      client.sendNotification(runStateNotification, state).catch((error: unknown) => log.warn(String(error)));
      // What nobody looked at yet is asked for once, and told when it has come.
      const runs = `${state.uri} ${state.run}`;
      if (asked.has(runs)) continue;
      asked.add(runs);
      askForPast(links, document.uri).then(
        (came) => came && tell(),
        (error: unknown) => log.warn(String(error)),
      );
    }
  };
  const tellImages = async () => {
    const names = await knownImages();
    if (JSON.stringify(names) === images || !client.isRunning()) return;
    images = JSON.stringify(names);
    await client.sendNotification(imagesNotification, { images: names });
  };
  const tellAll = () => {
    tell();
    tellImages().catch((error: unknown) => log.warn(String(error)));
  };
  const link: LanguageLink = {
    ask: async (request, parameters) => (client.isRunning() ? client.sendRequest(request.method, parameters) : null),
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      void client.dispose();
    },
  };
  const subscriptions: vscode.Disposable[] = [
    filesBecomeNodes(link.ask),
    client.onNotification(statusNotification, ({ health, message }) => {
      if (health !== 'ok') log.warn(message);
    }),
    // A server that is started, also in the place of one that failed, knows nothing yet.
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      told.clear();
      images = '[]';
      tellAll();
    }),
    links.onDidChange(tell),
    vscode.workspace.onDidOpenTextDocument(tellAll),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => told.delete(uri.toString())),
  ];
  client.start().catch((error: unknown) => log.error(`The language server did not start: ${String(error)}`));
  return link;
}
