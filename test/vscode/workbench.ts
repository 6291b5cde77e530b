import { mkdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Browser, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import type { VsCodeServer } from './server';

/** A machine that trains models at the same time takes its time; what is there is never waited for. */
const PATIENCE = 180_000;
const START = 400_000;
/** Whoever has heard a click has answered by then. */
const ANSWER = 15_000;
export const screenshots = path.resolve(import.meta.dirname, '../../.cache/screenshots');

type Probed<A, R> = (vscode: typeof import('vscode'), argument: A, require: NodeJS.Require) => R | Promise<R>;

/** A real VS Code window: driven as a person would, looked into by its own API. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: VsCodeServer,
  ) {}

  static async open(server: VsCodeServer, folder: string): Promise<Workbench> {
    const browser = await launchBrowser(server.browser);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(PATIENCE);
    const workbench = new Workbench(page, browser, server);
    await page.goto(server.url(folder), { waitUntil: 'commit', timeout: START });
    await workbench.ready();
    return workbench;
  }

  /** After a start or a reload: the window is drawn and its extension host answers. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: START });
    await this.page.locator('.part.activitybar [role=tab]').first().waitFor();
    await until(
      () => this.api(() => true).catch(() => false),
      (ready) => ready,
      START,
    );
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'commit' });
    await this.ready();
  }

  /** Runs a function in the extension host. It is sent as text: it sees its arguments and nothing else. */
  api<R, A = undefined>(probed: Probed<A, R>, argument?: A): Promise<R> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.server.probe);
      let text = '';
      socket.setEncoding('utf8');
      socket.on('error', reject);
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('end', () => {
        try {
          const { value, error } = JSON.parse(text) as { value: R; error?: string };
          if (error) reject(new Error(error));
          else resolve(value);
        } catch (error) {
          reject(error);
        }
      });
      socket.write(`${JSON.stringify({ source: probed.toString(), argument })}\n`);
    });
  }

  execute<R>(command: string, ...words: unknown[]): Promise<R> {
    return this.api(
      (vscode, [name, rest]) => vscode.commands.executeCommand(name, ...rest) as Thenable<R> as Promise<R>,
      [command, words] as [string, unknown[]],
    );
  }

  async openFile(file: string): Promise<void> {
    await this.api(async (vscode, name) => {
      const folder = vscode.workspace.workspaceFolders![0]!.uri;
      const uri = vscode.Uri.joinPath(folder, name);
      // Where it is open already: the column of the graph may be the active one.
      const group = vscode.window.tabGroups.all.find(({ tabs }) =>
        tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
      );
      await vscode.window.showTextDocument(uri, { preview: false, viewColumn: group?.viewColumn ?? 1 });
    }, file);
    await this.editor(file).waitFor();
  }

  editor(file: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${file}"]`);
  }

  codeLens(text: string): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text });
  }

  /**
   * Clicks on a code lens, as a person does: again, where nothing came of it. VS Code drops a click on a lens that it draws
   * anew in that moment, and the first ones it draws several times; and it asks for none while the text has not the focus.
   *
   * @param done What comes of it.
   */
  async clickLens(text: string, done: () => boolean | Promise<boolean>): Promise<void> {
    await until(
      async () => {
        const clicked = await this.codeLens(text)
          .first()
          .click({ timeout: ANSWER })
          .then(
            () => true,
            () => false,
          );
        if (!clicked) {
          await this.api((vscode) => vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup'));
          return false;
        }
        return until(async () => done(), Boolean, ANSWER).catch(() => false);
      },
      (came) => came,
    );
  }

  /** A list to choose from is open. */
  picking(): Promise<boolean> {
    return this.page.locator('.quick-input-widget').isVisible();
  }

  /** A webview with this title is there. */
  async showsWebview(title: string): Promise<boolean> {
    return (await Promise.all(this.page.frames().map(titleOf))).includes(title);
  }

  /** Chooses a command in the palette, by its whole label. */
  async palette(label: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input.input');
    await this.page.keyboard.press('F1');
    await input.waitFor();
    await input.fill(`>${label}`);
    await this.pick(label);
  }

  /**
   * A command of the palette that asks which one, and a row of what it offers. The question is asked again where it went away:
   * VS Code closes it when something else takes the focus, as a view does that is laid out late on a busy machine.
   */
  async paletteFor(command: string, label: string): Promise<void> {
    for (let again = 2; ; again--) {
      await this.palette(command);
      try {
        return await this.row(label).click({ timeout: 20_000 });
      } catch (error) {
        if (again === 0) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** A command of the palette without a pointer. */
  async byKeys(label: string): Promise<void> {
    await this.page.keyboard.press('F1');
    // What is typed before the palette has the focus is for what had it.
    await this.page.locator('.quick-input-widget:visible input.input:focus').waitFor();
    await this.page.keyboard.type(label);
    await this.page
      .locator('.quick-input-widget:visible .monaco-list-row.focused', { hasText: label.replace('...', '') })
      .waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** A row of the quick pick that is open, by its label; what its second line says does not count. */
  async pick(label: string): Promise<void> {
    try {
      await this.row(label).click({ timeout: 20_000 });
    } catch {
      // A list that VS Code lays out while it opens may keep no height on a busy machine: what is typed lays it out again.
      await this.page.keyboard.type(label);
      await this.row(label).click();
    }
  }

  private row(label: string): Locator {
    return this.page
      .locator('.quick-input-widget:visible .monaco-list-row')
      .filter({ has: this.page.locator('.label-name:not(.quick-input-list-label-meta *)', { hasText: label }) })
      .first();
  }

  /**
   * Opens the side bar's container with this title. VS Code drops what it was about to ask for a text that loses the
   * focus, code lenses too: who wants them waits for them first.
   */
  async showContainer(title: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar').getByRole('tab', { name: title }).first();
    await until(
      async () => {
        const selected = (await tab.getAttribute('aria-selected')) === 'true';
        if (!selected) await tab.click();
        return selected;
      },
      (selected) => selected,
    );
  }

  pane(title: string): Locator {
    return this.page
      .locator('.pane')
      .filter({ has: this.page.locator('.pane-header h3.title', { hasText: new RegExp(`^${title}$`, 'i') }) });
  }

  treeItem(pane: string, label: string): Locator {
    return this.pane(pane).locator('[role=treeitem]').filter({ hasText: label });
  }

  toast(text: string): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** The document of a webview, found by the text of its title. */
  async webview(title: string): Promise<FrameLocator> {
    const name = await until(
      async () => {
        for (const frame of this.page.frames()) {
          if ((await titleOf(frame)) === title) return (await frame.parentFrame()?.frameElement().then(nameOf)) ?? null;
        }
        return null;
      },
      (found) => found !== null,
    );
    return this.page.frameLocator(`iframe.webview[name="${name}"]`).frameLocator('#active-frame');
  }

  async webviewFrame(title: string): Promise<Frame> {
    const frames = await until(
      async () => {
        const titles = await Promise.all(
          this.page.frames().map(async (frame) => ({ frame, title: await titleOf(frame) })),
        );
        return titles.filter((found) => found.title === title);
      },
      (found) => found.length > 0,
    );
    return frames[0]!.frame;
  }

  /** Opens a task of the tree in the side bar. A window that is still being restored forgets a view that is opened meanwhile. */
  async openTask(label: string): Promise<FrameLocator> {
    await until(
      async () => {
        await this.treeItem('Human Tasks', label).click();
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return this.page.locator('.part.auxiliarybar').isVisible();
      },
      (open) => open,
    );
    return this.webview('Labeling');
  }

  /** A closed webview's document may be there a moment longer: who looks for a new one of this title waits for that. */
  async webviewGone(title: string): Promise<void> {
    await until(
      async () => Promise.all(this.page.frames().map(titleOf)),
      (titles) => !titles.includes(title),
    );
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

async function titleOf(frame: Frame): Promise<string | null> {
  if (frame.name() !== 'active-frame' && !frame.url().includes('fake.html')) return null;
  return frame.title().catch(() => null);
}

async function nameOf(element: { getAttribute(name: string): Promise<string | null> }): Promise<string | null> {
  return element.getAttribute('name');
}

/** Asks until the answer is as wanted. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, patience = PATIENCE): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(answer)} after ${patience / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
