import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { serveBundle } from './serve-bundle';

const dist = path.resolve(import.meta.dirname, '../../dist/webviews');
/** What VS Code calls its four kinds of themes, on the body of every webview. */
export const THEMES = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'] as const;
export type Theme = (typeof THEMES)[number];

export type Bundle = 'graph' | 'labeling' | 'drift' | 'compare' | 'review' | 'curves';

export interface WebviewPage {
  page: Page;
  /** Puts another theme on, as VS Code does while a webview is open. */
  wear(theme: Theme): Promise<void>;
  /** Messages that the webview sent, so far. */
  posted(): Promise<{ type: string; [field: string]: unknown }[]>;
  send(message: unknown): Promise<void>;
  /** What broke: script errors, and what the content security policy stopped. */
  errors: string[];
}

/** A webview's own document and bundle, alone in a browser, with a host that only records. */
export async function openWebview(
  browser: Browser,
  bundle: Bundle,
  theme: Theme,
  width = 600,
  state: unknown = undefined,
  words: Readonly<Record<string, string>> = {},
): Promise<WebviewPage> {
  const viewport = { width, height: 760 };
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const themes = JSON.parse(await readFile(path.join(import.meta.dirname, 'themes.json'), 'utf8')) as Record<
    Theme,
    Record<string, string>
  >;
  await page.addInitScript(
    ([name, variables, kept]) => {
      const posts: unknown[] = [];
      let memory: unknown = kept;
      let taken = false;
      Object.assign(window, {
        posts,
        acquireVsCodeApi() {
          if (taken) throw new Error('acquired twice');
          taken = true;
          return {
            postMessage: (message: unknown) => posts.push(message),
            getState: () => memory,
            setState: (next: unknown) => {
              memory = next;
            },
          };
        },
      });
      const dress = () => {
        for (const [variable, value] of Object.entries(variables as Record<string, string>)) {
          document.documentElement.style.setProperty(variable, value);
        }
        document.body.classList.add(name as string);
      };
      document.addEventListener('DOMContentLoaded', dress);
    },
    [theme, themes[theme], state] as const,
  );
  await serveBundle(page, bundle, dist, words);
  return {
    page,
    errors,
    wear: (worn) =>
      page.evaluate(
        ([name, variables, all]) => {
          const { style } = document.documentElement;
          for (const variable of Array.from(style)) style.removeProperty(variable);
          for (const [variable, value] of Object.entries(variables)) style.setProperty(variable, value);
          document.body.classList.remove(...all);
          document.body.classList.add(name);
        },
        [worn, themes[worn], THEMES] as const,
      ),
    posted: () => page.evaluate(() => (window as unknown as { posts: { type: string }[] }).posts),
    send: async (message) => {
      await page.evaluate((data) => window.dispatchEvent(new MessageEvent('message', { data })), message);
    },
  };
}
