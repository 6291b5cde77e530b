import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { webviewsAlone } from './alone';
import { missingBrowser } from './browser';
import { WORKFLOW } from './fake-workspace';
import { builtBundles } from './packed';
import { readGraphs } from './read-graph';
import { showGraph } from './stub-graph';
import { stubTask } from './stub-host';
import { sendNumbers, stubCurves, stubPast, stubReport, stubReview, stubRuns } from './stub-panels';
import type { Bundle, WebviewPage } from './webview-page';

const missing = await missingBrowser();
const english = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../l10n/bundle.l10n.json'), 'utf8'),
) as Record<string, string>;
/** A language in which all is said between signs that nobody else uses. */
const marked = Object.fromEntries(Object.entries(english).map(([text, said]) => [text, `⟦${said}⟧`]));

describe.skipIf(missing !== null)(
  `webviews in another language${missing ? `: ${missing}` : ''}`,
  { timeout: 120_000 },
  () => {
    const openAlone = webviewsAlone();
    const open = (bundle: Bundle) => openAlone(bundle, 1200, 'vscode-light', undefined, marked);

    test.each<[string, Bundle, object[]]>([
      ['labeling', 'labeling', [stubTask(9)]],
      ['the grid', 'labeling', [{ ...stubTask(9), grid: true }]],
      ['the finder', 'labeling', [stubTask(9, 'find')]],
      ['the keys', 'labeling', [stubTask(9), { type: 'act', action: 'keys' }]],
      ['why one is skipped', 'labeling', [stubTask(9), { type: 'act', action: 'skipWithReason' }]],
      ['nothing to label', 'labeling', [{ type: 'none', waiting: 2 }]],
      ['drift', 'drift', [stubReport(40), stubPast(3)]],
      ['compare', 'compare', [stubRuns(3)]],
      ['curves', 'curves', [stubCurves()]],
      ['no curves', 'curves', [{ ...stubCurves(), workflow: 'program', curves: [] }]],
      ['review', 'review', [stubReview()]],
    ])('%s', async (_, bundle, messages) => {
      const webview = await open(bundle);
      for (const message of messages) await sendNumbers(webview, message);
      expect(await unmarked(webview, messages)).toEqual([]);
    });

    test('the graph', async () => {
      const [reading] = await readGraphs(builtBundles(), [WORKFLOW]);
      const webview = await open('graph');
      await showGraph(webview, reading!);
      await webview.page.getByRole('button', { name: '⟦Signs and keys⟧' }).click();
      expect(await unmarked(webview, [reading!, 'Its threshold is 0. Its port is taken.'])).toEqual([]);
    });
  },
);

/** What is read on the page, or read out, and is neither in that language nor of the data. */
async function unmarked({ page }: WebviewPage, data: unknown[]): Promise<string[]> {
  const read = await page.evaluate(() => {
    const texts: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement, textContent } = walk.currentNode;
      if (!parentElement?.closest('script, kbd')) texts.push(textContent ?? '');
    }
    for (const element of document.querySelectorAll('body *')) {
      for (const name of ['title', 'placeholder', 'alt', 'aria-label', 'aria-valuetext', 'aria-roledescription']) {
        texts.push(element.getAttribute(name) ?? '');
      }
    }
    return texts;
  });
  expect(read.some((text) => text.includes('⟦'))).toBe(true);
  const known = JSON.stringify(data).toLowerCase();
  return read.filter((text) => {
    let rest = text;
    // From the inside out: what is said may hold something else that is said.
    while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, '');
    return (rest.match(/\p{L}{2,}/gu) ?? []).some((word) => !known.includes(word.toLowerCase()));
  });
}
