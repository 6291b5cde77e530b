import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect } from 'vitest';
import { THEMES, type WebviewPage } from './webview-page';
import { screenshots } from './workbench';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

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
