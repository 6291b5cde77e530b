import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Place } from './text';

export interface Diagnostic {
  severity?: number;
  message: string;
}

const SERVER_CANCELLED = -32802;

/** A language server at the other end of stdio, with one document open: what any editor would be to it. */
export class Session {
  private version = 1;
  private published: ((diagnostics: Diagnostic[]) => boolean) | undefined;
  private lines: string[] = [];

  private constructor(
    private readonly server: ChildProcess,
    private readonly connection: MessageConnection,
    private readonly uri: string,
  ) {}

  /** @param settings what the server gets where it asks for its configuration, by section. */
  static async start(args: string[], folder: string, uri: string, settings: Record<string, unknown>): Promise<Session> {
    const server = spawn(process.execPath, [...args, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout!),
      new StreamMessageWriter(server.stdin!),
    );
    const session = new Session(server, connection, uri);
    connection.onRequest('workspace/configuration', ({ items }: { items: { section: string }[] }) =>
      items.map(({ section }) => settings[section] ?? null),
    );
    connection.onRequest(() => null);
    connection.onNotification(
      'textDocument/publishDiagnostics',
      (params: { uri: string; diagnostics: Diagnostic[] }) => {
        if (params.uri === uri && session.published?.(params.diagnostics)) session.published = undefined;
      },
    );
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: [{ uri: folder, name: 'bench' }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          synchronization: {},
          publishDiagnostics: { versionSupport: true },
          completion: { completionItem: { snippetSupport: true } },
        },
      },
    });
    await connection.sendNotification('initialized', {});
    return session;
  }

  /** Opens a text and waits for its diagnostics. */
  async open(languageId: string, text: string): Promise<Diagnostic[]> {
    this.lines = text.split('\n');
    const first = this.diagnostics(() => true);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri, languageId, version: this.version, text },
    });
    return first;
  }

  /** Writes at a place, on one line; the text there before may be replaced. */
  write(at: Place, text: string, replaced = 0): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [{ range: { start: at, end: { line: at.line, character: at.character + replaced } }, text }],
    });
  }

  /** Adds a line below another one, or removes it. */
  addLine(after: number, text: string): Promise<void> {
    return this.write({ line: after, character: this.lines[after]!.length }, `\n${text}`);
  }

  removeLine(after: number, text: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.version },
      contentChanges: [
        {
          range: {
            start: { line: after, character: this.lines[after]!.length },
            end: { line: after + 1, character: text.length },
          },
          text: '',
        },
      ],
    });
  }

  /** The next diagnostics that are as they should be. Asked for before the change, awaited after it. */
  diagnostics(wanted: (diagnostics: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    return new Promise((resolve) => {
      this.published = (diagnostics) => {
        if (!wanted(diagnostics)) return false;
        resolve(diagnostics);
        return true;
      };
    });
  }

  /** How many things are offered at a place. A server that is busy may ask to be asked again, as it may ask any client. */
  async complete(position: Place): Promise<number> {
    const params = { textDocument: { uri: this.uri }, position };
    for (;;) {
      try {
        const answer = await this.connection.sendRequest<{ items: unknown[] } | unknown[] | null>(
          'textDocument/completion',
          params,
        );
        return answer === null ? 0 : Array.isArray(answer) ? answer.length : answer.items.length;
      } catch (error) {
        if ((error as { code?: number }).code !== SERVER_CANCELLED) throw error;
      }
    }
  }

  /** Milliseconds of CPU so far, all threads, in the kernel's steps of ten; NaN where the system does not tell. */
  cpu(): number {
    try {
      const [user, system] = readFileSync(`/proc/${this.server.pid}/stat`, 'utf8')
        .split(') ')[1]!
        .split(' ')
        .slice(11, 13);
      return (Number(user) + Number(system)) * 10;
    } catch {
      return Number.NaN;
    }
  }

  /** The most memory that it has held (MiB); NaN where the system does not tell. */
  memory(): number {
    try {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.server.pid}/status`, 'utf8'))?.[1];
      return Math.round(Number(peak) / 1024);
    } catch {
      return Number.NaN;
    }
  }

  end(): void {
    this.connection.dispose();
    this.server.kill();
  }
}
