import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { docker, type Finding } from './engine/containers';
import type { Links } from './engine/links';

const LEAST_DISK = 2 * 1024 ** 3;

const SCHEME = 'scanflow-doctor';
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: '/Scanflow Doctor.md' });

/** Looks at all that Scanflow needs and says what is missing, with a remedy a row: a page that nobody has to save. */
export class Doctor implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  private report = '';
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly links: Links,
    private readonly program: string,
  ) {}

  async show(): Promise<void> {
    await this.look();
    this.changed.fire(REPORT);
    await vscode.commands.executeCommand('markdown.showPreview', REPORT);
  }

  /** After a reload the page is there before anybody asked for it. */
  async provideTextDocumentContent(): Promise<string> {
    if (this.report === '') await this.look();
    return this.report;
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }

  private async look(): Promise<void> {
    const title = vscode.l10n.t('Scanflow looks at what it needs');
    const options = { location: vscode.ProgressLocation.Notification, title };
    this.report = reportOf(await vscode.window.withProgress(options, () => examine(this.links, this.program)));
  }
}

async function examine(links: Links, program: string): Promise<Finding[]> {
  const trusted = vscode.workspace.isTrusted;
  return [
    {
      what: 'Workspace Trust',
      state: trusted ? 'well' : 'ill',
      found: trusted ? 'trusted' : 'restricted: nothing runs',
      remedy: trusted ? '' : 'Read the workflows, then run "Workspaces: Manage Workspace Trust".',
    },
    ...(await Promise.all(links.all().map(({ link }) => engineOf(link.folder, link.health)))).flat(),
    {
      what: 'Engine program',
      state: existsSync(program) ? 'well' : 'ill',
      found: `${program}, on Node ${process.versions.node}`,
      remedy: existsSync(program) ? '' : 'Install the extension again: a part of it is missing.',
    },
    // Nothing is started for a workspace that nobody vouched for.
    ...(trusted ? [await docker(), await python()] : []),
  ];
}

async function engineOf(
  folder: vscode.WorkspaceFolder,
  health: { state: string; fault?: { message: string; remedy: string } },
): Promise<Finding[]> {
  const root = folder.uri.fsPath;
  const writable = await access(root, constants.W_OK).then(
    () => true,
    () => false,
  );
  const disk = await statfs(root).catch(() => null);
  return [
    {
      what: `Engine of ${folder.name}`,
      state: health.state === 'failed' ? 'ill' : health.state === 'lost' ? 'note' : 'well',
      found: health.fault?.message ?? health.state,
      remedy: health.fault?.remedy ?? (health.state === 'lost' ? 'Run "Scanflow: Reconnect Engine".' : ''),
    },
    ...(disk === null
      ? [missing(folder.name, root)]
      : [placeOf(folder.name, root, writable), diskOf(folder.name, disk)]),
  ];
}

const missing = (name: string, root: string): Finding => ({
  what: `Folder ${name}`,
  state: 'ill',
  found: `${root} is not there, or can not be looked at`,
  remedy: 'Bring it back, or remove it from the workspace.',
});

const placeOf = (name: string, root: string, writable: boolean): Finding => ({
  what: `Folder ${name}`,
  state: writable ? 'well' : 'ill',
  found: writable ? root : `${root} is read-only`,
  remedy: writable ? '' : 'Open a folder that you may write to: runs are kept in its `.scanflow`.',
});

function diskOf(name: string, { bavail, bsize }: { bavail: number; bsize: number }): Finding {
  const free = bavail * bsize;
  return {
    what: `Disk of ${name}`,
    state: free > LEAST_DISK ? 'well' : 'note',
    found: `${(free / 1024 ** 3).toFixed(1)} GiB free`,
    remedy: free > LEAST_DISK ? '' : 'Make room on this disk.',
  };
}

async function python(): Promise<Finding> {
  const what = 'Python (for nodes with `requirements`, without Docker)';
  // By its name on PATH, never in the workspace: what lies there is not to be run by looking at it.
  const places = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((place) => path.isAbsolute(place) && !insideWorkspace(place));
  const names = process.platform === 'win32' ? ['python.exe'] : ['python3', 'python'];
  const program = places
    .flatMap((place) => names.map((name) => path.join(place, name)))
    .find((file) => existsSync(file));
  if (!program) {
    return { what, state: 'note', found: 'not on PATH', remedy: 'Install Python 3.9 or newer, or run in Docker.' };
  }
  try {
    const { stdout, stderr } = await promisify(execFile)(program, ['--version'], { timeout: 10_000 });
    return { what, state: 'well', found: `${(stdout || stderr).trim()} at ${program}`, remedy: '' };
  } catch (error) {
    return {
      what,
      state: 'note',
      found: `${program} does not start: ${String(error)}`,
      remedy: 'Mend the installation of Python.',
    };
  }
}

function insideWorkspace(place: string): boolean {
  return (vscode.workspace.workspaceFolders ?? []).some(
    ({ uri }) => !path.relative(uri.fsPath, place).startsWith('..'),
  );
}

/** The findings as a page of Markdown. */
export function reportOf(findings: readonly Finding[]): string {
  const marks = { well: '✓', note: '•', ill: '✗' };
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const ill = findings.filter(({ state }) => state === 'ill').length;
  return [
    '# Scanflow: Doctor',
    '',
    ill === 0 ? 'Everything that is needed is there.' : `${ill} of ${findings.length} need you.`,
    '',
    // Three columns: a fourth is not seen in half an editor.
    '| | What | Found, and what to do |',
    '| --- | --- | --- |',
    ...findings.map(
      ({ what, state, found, remedy }) =>
        `| ${marks[state]} | ${cell(what)} | ${cell(found)}${remedy ? `. **${cell(remedy)}**` : ''} |`,
    ),
    '',
  ].join('\n');
}
