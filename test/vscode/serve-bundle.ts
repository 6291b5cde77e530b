import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { webviewDocument } from '../../extension/panels/document';

const ORIGIN = 'http://webview.test';

/** Opens a webview's own document, with its own policy, in a page that reaches nothing but its bundle in `folder`. */
export async function serveBundle(
  page: Page,
  bundle: string,
  folder: string,
  words: Readonly<Record<string, string>> = {},
): Promise<void> {
  const html = webviewDocument({
    title: bundle,
    nonce: 'abc',
    cspSource: ORIGIN,
    script: `${ORIGIN}/${bundle}.js`,
    style: `${ORIGIN}/${bundle}.css`,
    language: 'en',
    words,
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: html });
    const file = path.join(folder, path.basename(pathname));
    if (!existsSync(file)) return route.fulfill({ status: 204 });
    const contentType = pathname.endsWith('.css') ? 'text/css' : 'text/javascript';
    return route.fulfill({ contentType, body: await readFile(file) });
  });
  await page.goto(`${ORIGIN}/`);
}
