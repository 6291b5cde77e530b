import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser';
import { builtBundles } from './packed';
import { type Bundle, openWebview, THEMES, type Theme, type WebviewPage } from './webview-page';
import { screenshots } from './workbench';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * One browser for the tests around; what a test opened is closed after it, and must not have broken.
 *
 * @returns what opens a webview.
 */
export function webviewsAlone(): (
  bundle: Bundle,
  width?: number,
  theme?: Theme,
  state?: unknown,
  words?: Readonly<Record<string, string>>,
) => Promise<WebviewPage> {
  let browser: Browser;
  const opened: WebviewPage[] = [];
  beforeAll(async () => {
    builtBundles();
    browser = await launchBrowser();
  }, 120_000);
  afterEach(async () => {
    for (const { page, errors } of opened.splice(0)) {
      await page.context().close();
      expect(errors).toEqual([]);
    }
  });
  afterAll(() => browser?.close());
  return async (bundle, width = 600, theme = 'vscode-dark', state = undefined, words = {}) => {
    const webview = await openWebview(browser, bundle, theme, width, state, words);
    opened.push(webview);
    return webview;
  };
}

/**
 * What axe has against a webview that is alone in a page.
 *
 * @param only Rules to look at; empty: all.
 */
export async function violations({ page }: WebviewPage, only: string[] = []): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(async (rules) => {
    const { axe } = window as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations: found } = await axe.run(rules.length > 0 ? { runOnly: rules } : {});
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
  }, only);
}

/** A picture in each theme, and what axe has against it: all of it in the first, in the others what depends on colours. */
export async function inEveryTheme(webview: WebviewPage, name: string): Promise<void> {
  for (const [at, theme] of THEMES.entries()) {
    await webview.wear(theme);
    await picture(webview, `${name} ${theme}`);
    expect(await violations(webview, at === 0 ? [] : ['color-contrast']), `${name} in ${theme}`).toEqual([]);
  }
}

export async function picture({ page }: WebviewPage, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}
