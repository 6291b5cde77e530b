import path from 'node:path';
import * as vscode from 'vscode';
import { type RunSummary, SETTLED_ILL, SETTLED_WELL, type StepSummary } from '../../engine/protocol';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { grown, linesOf } from './grown';
import type { Mirror } from './mirror';
import { nodeOf } from './node-of';
import { settingsFor } from './run-settings';
import type { Secrets } from './secrets';

/** Between two looks at the logs (milliseconds). */
const LOG_PAUSE = 1_000;
/** As a shell has it. */
const CANCELLED = 130;

interface Definition extends vscode.TaskDefinition {
  type: 'scanflow';
  file: string;
  phase?: string;
  to?: string[];
  fresh?: boolean;
}

/** Runs of workflows as VS Code's tasks: each file, each of its phases. */
export function provideTasks(links: Links, reader: WorkflowReader, secrets: Secrets): vscode.Disposable {
  const make = (definition: Definition, folder: vscode.WorkspaceFolder, name: string) => {
    const execution = new vscode.CustomExecution(
      async () => new RunTerminal(links, reader, secrets, folder, definition),
    );
    const task = new vscode.Task(definition, folder, name, 'Scanflow', execution, ['$scanflow']);
    task.group = vscode.TaskGroup.Build;
    return task;
  };
  return vscode.tasks.registerTaskProvider('scanflow', {
    async provideTasks() {
      const files = await vscode.workspace.findFiles('**/*.scanflow', '**/{node_modules,.scanflow}/**', 50);
      const tasks = await Promise.all(
        files.map(async (uri) => {
          const folder = vscode.workspace.getWorkspaceFolder(uri);
          if (!folder) return [];
          const file = path.posix.relative(folder.uri.path, uri.path);
          // What can't be read is said when it is to be run: the tasks of the other files are there all the same.
          const phases = await phasesOf(reader, uri).catch(() => []);
          return [
            make({ type: 'scanflow', file }, folder, `run ${file}`),
            ...phases.map((phase) => make({ type: 'scanflow', file, phase }, folder, `run ${file} ${phase}`)),
          ];
        }),
      );
      return tasks.flat();
    },
    resolveTask(task) {
      const definition = task.definition as Definition;
      const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
      return folder && make(definition, folder, task.name);
    },
  });
}

async function phasesOf(reader: WorkflowReader, uri: vscode.Uri): Promise<string[]> {
  const { outline } = await reader.outline(await vscode.workspace.openTextDocument(uri));
  return outline?.phases ?? [];
}

/** Shows a run as a terminal would: a line for each step as it ends, problems in the form that the matcher reads. */
class RunTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number>();
  private following: vscode.Disposable | null = null;
  private underWay: { mirror: Mirror; run: string } | null = null;
  /** The person ended the task. */
  private left = false;
  private readonly seen = new Map<string, number>();
  /** Of each attempt, the line that has no end yet. */
  private readonly rests = new Map<string, { node: string; rest: string }>();
  private readonly listed = new Set<string>();
  private looking: Promise<void> | null = null;
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly links: Links,
    private readonly reader: WorkflowReader,
    private readonly secrets: Secrets,
    private readonly folder: vscode.WorkspaceFolder,
    private readonly definition: Definition,
  ) {}

  open(): void {
    this.drive().then(
      (code) => this.closed.fire(code),
      (error: unknown) => {
        const { code, message, remedy } = asFault(error);
        this.line(`${code}: ${message} ${remedy}`);
        this.closed.fire(2);
      },
    );
  }

  close(): void {
    this.left = true;
    this.following?.dispose();
    if (this.underWay) void this.cancel(this.underWay.mirror, this.underWay.run);
  }

  private async drive(): Promise<number> {
    const mirror = this.links.of(this.folder.uri);
    const { file, phase, to, fresh } = this.definition;
    const { outline } = await this.reader.outline(await vscode.workspace.openTextDocument(this.uri));
    if (outline && !(await this.secrets.give(mirror, outline))) return CANCELLED;
    if (this.left) return CANCELLED;
    const run = await mirror.start({ file, phase, to, fresh, ...settingsFor(this.uri) });
    if (this.left) {
      await this.cancel(mirror, run);
      return CANCELLED;
    }
    this.underWay = { mirror, run };
    this.line(`Run ${run} of ${file}`);
    this.following = mirror.onEvent((event) => {
      if (event.run !== run) return;
      if (event.type === 'notice') this.line(event.message);
      if (event.type === 'step') this.list([event.step]);
    });
    const logs = setInterval(() => void this.showLogs(mirror, run), LOG_PAUSE);
    await mirror.refresh();
    // What ended before it was followed.
    this.list(mirror.known(run)?.nodes ?? []);
    const summary = await mirror.settled(run).finally(() => clearInterval(logs));
    await this.showRest(mirror, run);
    this.list(summary.nodes);
    this.underWay = null;
    this.following.dispose();
    await this.report(summary);
    return exitCode(summary);
  }

  private get uri(): vscode.Uri {
    return vscode.Uri.joinPath(this.folder.uri, this.definition.file);
  }

  private async cancel(mirror: Mirror, run: string): Promise<void> {
    await mirror.link.ask('cancel', { run }).catch(() => {}); // The health says what is wrong.
  }

  /** A line for each step that has ended and has none yet; one that is tried again ends again. */
  private list(steps: readonly StepSummary[]): void {
    for (const step of steps.filter(ended)) {
      const end = `${step.name} ${step.attempt} ${step.state}`;
      if (!this.listed.has(end)) this.line(lineOf(step));
      this.listed.add(end);
    }
  }

  /** What nodes write, a line at a time, each with the name of its node. One look at a time. */
  private showLogs(mirror: Mirror, run: string): Promise<void> {
    this.looking ??= this.look(mirror, run).finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async look(mirror: Mirror, run: string): Promise<void> {
    // What a lost engine means for the run is told by `settled`.
    const chunks = await mirror.link.ask('logs', { run }).catch(() => []);
    for (const { node, attempt, text } of grown(this.seen, chunks)) {
      const key = `${node} ${attempt}`;
      const { lines, rest } = linesOf(this.rests.get(key)?.rest ?? '', text);
      this.rests.set(key, { node, rest });
      for (const line of lines) this.logLine(node, line);
    }
  }

  /** At the end: what was written since the last look, a look that is under way included, and lines that have no end. */
  private async showRest(mirror: Mirror, run: string): Promise<void> {
    await this.looking;
    await this.showLogs(mirror, run);
    for (const { node, rest } of this.rests.values()) if (rest !== '') this.logLine(node, rest);
  }

  private logLine(node: string, line: string): void {
    this.line(`\u001b[2m${node}\u001b[0m  ${line}`);
  }

  private async report(summary: RunSummary): Promise<void> {
    const { uri } = this;
    const { outline } = await this.reader.outline(await vscode.workspace.openTextDocument(uri));
    const lines = new Map(outline?.nodes.map(({ id, nameRange }) => [id, nameRange.start]));
    for (const { name, fault } of summary.nodes) {
      if (!fault) continue;
      const at = lines.get(nodeOf(name));
      const place = `${uri.fsPath}:${(at?.line ?? 0) + 1}:${(at?.character ?? 0) + 1}`;
      this.line(`${place}: error ${fault.code}: ${name}: ${fault.message} ${fault.remedy}`.replaceAll('\n', ' '));
    }
    this.line(`${summary.workflow}: ${summary.state}`);
  }

  private line(text: string): void {
    this.written.fire(`${text.replaceAll('\n', '\r\n')}\r\n`);
  }
}

const exitCode = ({ state }: RunSummary) =>
  state === 'succeeded' || state === 'waiting' ? 0 : state === 'cancelled' ? CANCELLED : 1;

const ended = ({ state }: StepSummary) => SETTLED_WELL.includes(state) || SETTLED_ILL.includes(state);

function lineOf({ name, state, startedAt, endedAt, reason }: StepSummary): string {
  const seconds = startedAt && endedAt ? ` ${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s` : '';
  return `${state.padEnd(10)} ${name}${seconds}${reason ? `  (${reason})` : ''}`;
}
