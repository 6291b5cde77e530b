import * as vscode from 'vscode';
import { asFault } from '../engine/link';
import type { Links } from '../engine/links';
import { grown } from './grown';
import { type LogPlace, mayWrite } from './logs';
import type { Mirror } from './mirror';

/** Between two looks; longer for long logs, which come whole each time (milliseconds, milliseconds a character). */
const PAUSE = 500;
const PAUSE_A_CHARACTER = 0.002;

/** Shows what a node, or all of a run, writes, as a terminal would: colours, progress bars, as it comes. */
export function showInTerminal(links: Links, { key, run, node }: LogPlace): void {
  const mirror = links.byKey(key);
  if (!mirror) return;
  const terminal = vscode.window.createTerminal({
    name: node === undefined ? run : `${node} (${run})`,
    pty: new LogTerminal(mirror, run, node),
    iconPath: new vscode.ThemeIcon('output'),
  });
  terminal.show(true);
}

class LogTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private later: NodeJS.Timeout | null = null;
  private readonly seen = new Map<string, number>();
  private last = '';
  private closed = false;
  readonly onDidWrite = this.written.event;

  constructor(
    private readonly mirror: Mirror,
    private readonly run: string,
    private readonly node: string | undefined,
  ) {}

  open(): void {
    void this.look();
  }

  close(): void {
    this.closed = true;
    if (this.later) clearTimeout(this.later);
  }

  private async look(): Promise<void> {
    try {
      // Before the logs are read: what is written until it ends is then read for sure.
      const goesOn = await mayWrite(this.mirror, this.run, this.node);
      const chunks = await this.mirror.link.ask('logs', { run: this.run, node: this.node });
      for (const { node, attempt, text } of grown(this.seen, chunks)) {
        const title = `${node}, attempt ${attempt}`;
        if (this.node === undefined && title !== this.last) this.write(`\u001b[1m== ${title}\u001b[0m\n`);
        this.last = title;
        this.write(text);
      }
      const size = chunks.reduce((sum, { text }) => sum + text.length, 0);
      if (goesOn) this.later = setTimeout(() => void this.look(), PAUSE + PAUSE_A_CHARACTER * size);
      else this.write(`\n\u001b[2m${vscode.l10n.t('It has ended.')}\u001b[0m\n`);
    } catch (error) {
      const { message, remedy } = asFault(error);
      this.write(`${message} ${remedy}\n`);
    }
  }

  private write(text: string): void {
    if (!this.closed) this.written.fire(text.replace(/\r?\n/g, '\r\n'));
  }
}
