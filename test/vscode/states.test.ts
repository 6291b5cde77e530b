import { describe, expect, test } from 'vitest';
import { inEveryTheme, webviewsAlone } from './alone';
import { missingBrowser } from './browser';
import { stubTask } from './stub-host';
import { sendNumbers, stubCurves, stubReport, stubReview, stubRuns } from './stub-panels';
import type { Bundle, WebviewPage } from './webview-page';

const missing = await missingBrowser();
const GONE = { type: 'failed', message: 'The engine is gone. Reconnect it. (SF4900)' };

const types = async (webview: WebviewPage) => (await webview.posted()).map(({ type }) => type);

/** A panel whose clock stands still, with its reading begun anew. */
async function readingAnew(webview: WebviewPage): Promise<void> {
  const { page } = webview;
  await webview.send(GONE);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await page.getByRole('button', { name: 'Retry' }).click();
  // What is to happen later is said after the next frame.
  await page.clock.runFor(100);
}

describe.skipIf(missing !== null)(`states of panels${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  const openAlone = webviewsAlone();

  test.each<[Bundle, string]>([
    ['drift', 'Reading what the detector left…'],
    ['compare', 'Reading the runs…'],
    ['curves', 'Reading what the nodes logged…'],
    ['review', 'Reading the candidate…'],
  ])('%s: nothing at first, then its place, then words, then a way out', async (bundle, words) => {
    const webview = await openAlone(bundle, 280);
    const { page } = webview;
    await readingAnew(webview);
    expect((await types(webview)).at(-1)).toBe('ready');
    const seen = async () => [
      await page.locator('.skeleton').count(),
      await page.getByText(words).count(),
      await page.getByRole('button', { name: 'Cancel' }).count(),
    ];
    expect(await seen()).toEqual([0, 0, 0]);
    await page.clock.runFor(200);
    expect(await seen()).toEqual([1, 0, 0]);
    await page.clock.runFor(2000);
    expect(await seen()).toEqual([1, 1, 0]);
    await page.clock.runFor(3000);
    expect(await seen()).toEqual([1, 1, 1]);
    // Nothing comes after this, and what looks at the page needs time.
    await page.clock.resume();
    await inEveryTheme(webview, `${bundle} loading`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect((await types(webview)).at(-1)).toBe('cancel');
    await page.getByRole('status').getByText('Stopped.').waitFor();
    await inEveryTheme(webview, `${bundle} stopped`);
    await page.getByRole('button', { name: 'Retry' }).click();
    expect((await types(webview)).at(-1)).toBe('ready');
  });

  test('labeling says that it looks, and gives nothing up: there is nothing to give up', async () => {
    const webview = await openAlone('labeling', 300);
    const { page } = webview;
    await readingAnew(webview);
    await page.clock.runFor(10_000);
    await page.clock.resume();
    await page.getByText('Looking for what waits for you…').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await inEveryTheme(webview, 'labeling loading');
  });

  test.each<Bundle>(['drift', 'compare', 'curves', 'review', 'labeling'])(
    '%s: a problem is said where it is, with what can be done',
    async (bundle) => {
      const webview = await openAlone(bundle, 280);
      await webview.send(GONE);
      await webview.page.getByRole('alert').getByText(GONE.message).waitFor();
      for (const name of ['Open Log', 'Copy', 'Retry']) await webview.page.getByRole('button', { name }).click();
      const posts = (await webview.posted()).filter(({ type }) => type !== 'focus');
      const [log, copy, retry] = posts.slice(-3);
      expect([log, copy, retry]).toEqual([
        { type: 'openLog' },
        { type: 'copy', text: GONE.message },
        { type: 'ready' },
      ]);
      await webview.send(GONE);
      await inEveryTheme(webview, `${bundle} failed`);
    },
  );

  test.each<[Bundle, object, string]>([
    ['drift', stubReport(40), 'Drift: drift in digits'],
    ['review', stubReview(), 'model.model v2'],
    ['compare', stubRuns(2), 'Compare 2 runs'],
    ['curves', stubCurves(), 'Curves'],
  ])('%s: what was read stays where the next reading fails', async (bundle, message, title) => {
    const webview = await openAlone(bundle, 600);
    await sendNumbers(webview, message);
    await webview.send(GONE);
    await webview.page.getByRole('alert').getByText(GONE.message).waitFor();
    await webview.page.getByRole('heading', { name: title }).waitFor();
    await sendNumbers(webview, message);
    await webview.page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('an answer that the engine would not take is said once more when a person asks', async () => {
    const webview = await openAlone('labeling', 300);
    const { page } = webview;
    await webview.send(stubTask(5));
    await webview.send({ type: 'assign', index: 0 });
    await webview.send({ type: 'assign', index: 1 });
    await webview.send({ type: 'saved', changes: [{ id: 's0', given: { answer: '1', reason: null } }] });
    await webview.send({ type: 'refused', of: 'answer', ids: ['s1'], message: 'The engine is gone.' });
    await inEveryTheme(webview, 'labeling refused');
    await page.getByRole('button', { name: 'Retry' }).click();
    expect((await webview.posted()).at(-1)).toMatchObject({
      type: 'answer',
      task: 't1',
      changes: [{ id: 's1', given: { answer: '2', reason: null }, look: { blind: true } }],
      step: '',
    });
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByText('saving… (sample 2)').waitFor();
  });
});
