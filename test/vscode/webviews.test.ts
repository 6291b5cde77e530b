import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { picture, violations } from './alone';
import { launchBrowser, missingBrowser } from './browser';
import { CLASSES } from './fake-workspace';
import { builtBundles } from './packed';
import { openWebview, THEMES, type WebviewPage } from './webview-page';

const missing = missingBrowser();

describe.skipIf(missing !== null)(`webviews alone${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  let browser: Browser;
  const opened: WebviewPage[] = [];

  beforeAll(async () => {
    builtBundles();
    browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const { page, errors } of opened.splice(0)) {
      await page.context().close();
      expect(errors).toEqual([]);
    }
  });
  afterAll(() => browser?.close());

  async function open(...words: Parameters<typeof openWebview> extends [Browser, ...infer R] ? R : never) {
    const webview = await openWebview(browser, ...words);
    opened.push(webview);
    return webview;
  }

  describe.each(THEMES)('in %s', (theme) => {
    test.each([280, 600])('labeling, %i wide', async (width) => {
      const webview = await open('labeling', theme, width);
      await webview.send(task(50));
      await giveSamples(webview);
      await webview.page.locator('canvas.sample').waitFor();
      await webview.send({ type: 'assign', index: 2 });
      await webview.send({ type: 'saved', ids: ['s0'] });
      await webview.page.getByText('✓ saved').waitFor();
      await picture(webview, `labeling ${theme} ${width}`);
      expect(await violations(webview)).toEqual([]);
    });

    test('what there is to say when there is nothing to show', async () => {
      const labeling = await open('labeling', theme, 280);
      await labeling.send({ type: 'none', waiting: 2 });
      await labeling.page.getByRole('button', { name: 'Open Human Task' }).waitFor();
      expect(await violations(labeling)).toEqual([]);
    });
  });

  test('finding clean twins, and keys', async () => {
    const webview = await open('labeling', 'vscode-dark', 400);
    const { items, ...rest } = task(5);
    await webview.send({
      ...rest,
      kind: 'find',
      classes: [],
      items: items.map((item) => ({ ...item, candidates: ['c0', 'c1', 'c2'] })),
    });
    await giveSamples(webview);
    await picture(webview, 'finder');
    await webview.send({ type: 'assign', index: 1 });
    expect(await answersOf(webview)).toEqual([{ id: 's0', answer: 'c1' }]);
    await webview.send({ type: 'act', action: 'keys' });
    await webview.page.getByRole('button', { name: 'Back' }).waitFor();
    expect(await violations(webview)).toEqual([]);
  });

  test('rows of a table', async () => {
    const webview = await open('labeling', 'vscode-light', 400);
    await webview.send({ ...task(3), classes: ['broken', 'fine'] });
    const cells = [
      { name: 'temperature', value: '1001' },
      { name: '<img src=x onerror=alert(1)>', value: '<script>alert(1)</script>' },
    ];
    await webview.send({ type: 'samples', from: 'data', samples: [{ id: 's0', sample: { kind: 'row', cells } }] });
    await webview.page.getByRole('cell', { name: '1001' }).waitFor();
    await picture(webview, 'row');
    // What a file says is text, never markup.
    expect(await webview.page.locator('img').count()).toBe(0);
    expect(await violations(webview)).toEqual([]);
  });

  test('one action a label: fifty keys, fifty answers, each once', async () => {
    const webview = await open('labeling', 'vscode-dark');
    await webview.send(task(50));
    for (let at = 0; at < 50; at++) await webview.send({ type: 'assign', index: at % 10 });
    const answers = await answersOf(webview);
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, at) => `s${at}`));
    expect(new Set(answers.map(({ answer }) => answer)).size).toBe(10);
  });

  test('ten thousand samples take no more of the page than fifty', async () => {
    const webview = await open('labeling', 'vscode-dark');
    await webview.send(task(10_000));
    await webview.page.getByText('0/10000').waitFor();
    expect(await webview.page.locator('*').count()).toBeLessThan(400);
  });

  test('a refused answer says why, and stays marked', async () => {
    const webview = await open('labeling', 'vscode-dark');
    await webview.send(task(5));
    await webview.send({ type: 'assign', index: 0 });
    await webview.send({ type: 'refused', ids: ['s0'], message: 'The engine is gone.' });
    await webview.page.getByRole('alert').getByText('The engine is gone.').waitFor();
  });

  test('what is no message changes nothing', async () => {
    const webview = await open('labeling', 'vscode-dark');
    await webview.send(task(5));
    for (const odd of [
      null,
      7,
      'task',
      {},
      { type: 'constructor' },
      { type: '__proto__' },
      { type: 'task' },
      { type: 'assign', index: '1' },
    ]) {
      await webview.send(odd);
    }
    expect(await answersOf(webview)).toEqual([]);
    await webview.page.getByText('0/5').waitFor();
  });
});

function task(count: number) {
  return {
    type: 'task',
    task: 't1',
    kind: 'label',
    title: 'Label the critical samples of drift',
    workflow: 'digits',
    classes: CLASSES,
    items: Array.from({ length: count }, (_, at) => ({
      id: `s${at}`,
      severity: 0.31,
      candidates: [] as string[],
      answer: null,
      skipped: false,
      flagged: false,
    })),
    at: 0,
    autoAdvance: true,
    blind: true,
  };
}

/** Pictures for all that the webview has asked for. */
async function giveSamples(webview: WebviewPage): Promise<void> {
  const needs = (await webview.posted()).filter(({ type }) => type === 'need') as unknown as {
    from: string;
    ids: string[];
  }[];
  for (const { from, ids } of needs) {
    await webview.page.evaluate(
      ([place, names]) => {
        const samples = names.map((id, at) => {
          const pixels = new Uint8Array(784);
          for (let y = 4; y < 24; y++) for (let x = 4; x < 24; x++) pixels[28 * y + x] = (x * y * (at + 3)) % 256;
          return { id, sample: { kind: 'image', width: 28, height: 28, channels: 1, pixels } };
        });
        window.dispatchEvent(new MessageEvent('message', { data: { type: 'samples', from: place, samples } }));
      },
      [from, ids] as const,
    );
  }
}

async function answersOf(webview: WebviewPage): Promise<{ id: string; answer: string | null }[]> {
  const posted = (await webview.posted()) as unknown as { type: string; id: string; answer: string | null }[];
  return posted.filter(({ type }) => type === 'answer').map(({ id, answer }) => ({ id, answer }));
}
