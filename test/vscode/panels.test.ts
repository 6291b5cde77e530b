import { describe, expect, test } from 'vitest';
import { inEveryTheme, picture, webviewsAlone } from './alone';
import { missingBrowser } from './browser';
import { serveSamples } from './stub-host';
import { sendNumbers, stubCurves, stubPast, stubReport, stubReview, stubRuns, stubTableReport } from './stub-panels';
import type { Bundle, WebviewPage } from './webview-page';
import { until } from './workbench';

const missing = await missingBrowser();

describe.skipIf(missing !== null)(`panels alone${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  const openAlone = webviewsAlone();

  async function open(bundle: Bundle, width: number, ...messages: object[]): Promise<WebviewPage> {
    const webview = await openAlone(bundle, width);
    for (const message of messages) await sendNumbers(webview, message);
    await webview.page.waitForTimeout(60);
    await serveSamples(webview, 0, JSON.stringify(messages).includes('a column with a very long name'));
    return webview;
  }

  test.each<[string, Bundle, number, object[]]>([
    ['drift', 'drift', 280, [stubReport(4000), stubPast(4)]],
    ['drift of a table', 'drift', 280, [stubTableReport(400)]],
    ['drift of a wide table', 'drift', 1000, [stubTableReport(400)]],
    ['drift of one sample', 'drift', 600, [stubReport(1)]],
    ['drift of ten thousand', 'drift', 1200, [stubReport(10_000), stubPast(12)]],
    ['compare two', 'compare', 280, [stubRuns(2)]],
    ['compare three', 'compare', 300, [stubRuns(3)]],
    ['compare five', 'compare', 600, [stubRuns(5)]],
    ['compare with ten thousand rows', 'compare', 1200, [stubRuns(3, 10_000)]],
    ['curves', 'curves', 280, [stubCurves()]],
    ['curves of a wide window', 'curves', 1200, [stubCurves(500, 'succeeded')]],
    ['no curves yet', 'curves', 600, [{ ...stubCurves(), curves: [] }]],
    ['review', 'review', 280, [stubReview()]],
    ['review promoted', 'review', 600, [stubReview('promoted', 0)]],
    ['review rejected', 'review', 1200, [stubReview('rejected', 200)]],
    ['review rejected by the gate', 'review', 280, [stubReview('rejected', 0, 'gate')]],
    ['compare failed', 'compare', 280, [{ type: 'failed', message: 'The engine is gone. Reconnect it.' }]],
    ['review failed', 'review', 280, [{ type: 'failed', message: 'The engine is gone. Reconnect it.' }]],
  ])('%s, in every theme, cut off nowhere', async (name, bundle, width, messages) => {
    const webview = await open(bundle, width, ...messages);
    const { page } = webview;
    const sides = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(sides[0]).toBeLessThanOrEqual(sides[1]!);
    // In a side bar's width nothing of a table has to be scrolled to.
    const wide = await page.evaluate(
      () => [...document.querySelectorAll('.rows')].filter((rows) => rows.scrollWidth > rows.clientWidth).length,
    );
    if (width <= 300) expect(wide).toBe(0);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(2400, Math.max(300, height)) });
    await inEveryTheme(webview, name);
  });

  test('in a side bar each table that was too wide has its rows as blocks, and is still a table', async () => {
    const webview = await open('drift', 280, stubReport(400), stubPast(3));
    const { page } = webview;
    await page.getByRole('button', { name: 'Table of Over runs' }).click();
    const table = page.getByRole('region', { name: 'Over runs, table' });
    expect(await table.evaluate((rows) => rows.scrollWidth - rows.clientWidth)).toBe(0);
    expect(await table.getByRole('columnheader').count()).toBe(6);
    expect(await table.getByRole('row').count()).toBe(4);
    await table.scrollIntoViewIfNeeded();
    await inEveryTheme(webview, 'drift narrow table');
  });

  test('five runs at 600 pixels: their table scrolls within itself, by keyboard, and what a row is stays in sight', async () => {
    const webview = await open('compare', 600, stubRuns(5));
    const { page } = webview;
    const table = page.getByRole('region', { name: 'Runs side by side' });
    const places = () =>
      table.evaluate((rows) => ({
        along: rows.scrollLeft,
        beyond: rows.scrollWidth - rows.clientWidth,
        named: ['tbody tr:not(.group) th', '.group span'].map(
          (what) => rows.querySelector(what)!.getBoundingClientRect().left - rows.getBoundingClientRect().left,
        ),
        page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }));
    const { beyond } = await places();
    expect(beyond).toBeGreaterThan(50);
    await table.focus();
    await page.keyboard.press('ArrowRight');
    await until(places, ({ along }) => along > 0);
    await table.evaluate((rows) => rows.scrollTo({ left: rows.scrollWidth }));
    const { named, page: wider } = await until(places, ({ along }) => along >= beyond - 1);
    expect(wider).toBe(0);
    for (const left of named) expect(left >= 0 && left < 12, `${left} px from the edge`).toBe(true);
    await inEveryTheme(webview, 'compare five scrolled');
  });

  test('says what it is to a screen reader', async () => {
    for (const [bundle, message] of [
      ['drift', stubReport(40)],
      ['compare', stubRuns(3)],
      ['curves', stubCurves()],
      ['review', stubReview()],
    ] as const) {
      const { page } = await open(bundle, 600, message);
      expect(await page.locator('main').ariaSnapshot()).toMatchSnapshot(bundle);
    }
  });

  test('few labels that were held back are told, and nothing is advised by them', async () => {
    const told = stubReview();
    const sized = { on: 'test', node: 'score', metric: 'system.memory', champion: 80_982_016, candidate: 78_213_120 };
    told.review.scores.push(sized);
    Object.assign(told.review.labels, { heldBack: 2 });
    const { page } = await open('review', 600, told);
    await page.getByRole('rowheader', { name: 'drifted data (held back, 2 labels)' }).waitFor();
    await page.getByText('on the held-back labels (2 labels)').waitFor();
    await page.getByText('Only 2 labels were held back: too few to tell what labels gain.').waitFor();
    expect(await page.getByText(/a label so far|unlikely to help/).count()).toBe(0);
    await page.getByRole('cell', { name: '77.2 MiB', exact: true }).waitFor();
  });

  test('curves tell their values where somebody points, grow as a run goes on, and have a table', async () => {
    const webview = await open('curves', 900, stubCurves(30));
    const { page } = webview;
    const figure = page.getByRole('region', { name: 'model · loss', exact: true });
    const legend = figure.locator('.legend');
    expect(await legend.textContent()).toContain('step 30');
    const field = figure.locator('.field');
    const { width } = (await field.boundingBox())!;
    await field.hover({ position: { x: (width * 9) / 29, y: 20 } });
    await until(
      () => legend.textContent(),
      (text) => text!.includes('step 10 lr=0.1 training_loss 0.2273'),
    );
    await page.mouse.move(0, 0);
    await sendNumbers(webview, stubCurves(31, 'succeeded'));
    await until(
      () => legend.textContent(),
      (text) => text!.includes('step 31'),
    );
    await page.getByRole('status').getByText('succeeded').waitFor();
    await figure.getByRole('button', { name: 'Table of model · loss' }).click();
    expect(await figure.getByRole('row').count()).toBe(1 + 31);
    expect(await figure.getByRole('columnheader').allTextContents()).toEqual([
      ...['step', 'lr=0.1 training_loss', 'lr=0.01 training_loss'],
      ...['lr=0.1 validation_loss', 'lr=0.01 validation_loss'],
    ]);
    // As many again, not more: what was told before is not kept beside it.
    await sendNumbers(webview, stubCurves(32, 'succeeded'));
    await until(
      () => figure.getByRole('row').count(),
      (rows) => rows === 1 + 32,
    );
    await figure.getByRole('button', { name: 'Save model · loss as CSV' }).click();
    const save = (await webview.posted()).at(-1) as unknown as { name: string; text: string };
    expect([save.name, save.text.split(/\r?\n/)[1]]).toEqual(['curve-model-loss.csv', 'lr=0.1 training_loss,1,0.7']);
    await page.getByRole('button', { name: 'Logarithmic' }).click();
    await figure.getByRole('button', { name: 'Table of model · loss' }).click();
    await figure.getByText('0.1', { exact: true }).waitFor();
  });

  test('runs are called by their workflow and time; sizes are sizes', async () => {
    const { page } = await open('compare', 900, stubRuns(3));
    const head = await page.getByRole('columnheader').nth(0).textContent();
    expect(head).toContain('digits1/10/26, 4:05:06');
    expect(head).toContain('20260110-040506-ffff0');
  });

  test.each([
    [true, 0.03, '▲ The batch has drifted (p 0.03)'],
    [false, 0.03, 'The batch has not drifted (p 0.03)'],
    [true, 1e-9, '▲ The batch has drifted (p < 0.0001)'],
  ])('the verdict is that of the detector: %s, p %d', async (drifted, pValue, said) => {
    const { page } = await open('drift', 600, { ...stubReport(40), drifted, pValue });
    await page.getByText(said, { exact: true }).waitFor();
  });

  test.each([
    ['reconstruction loss', 'It is one of several versions'],
    ['score: combined', 'Only thresholds of the reconstruction loss can be written'],
  ])('thresholds that have no place in the text are not written, and it is said why: %s', async (score, why) => {
    const webview = await open('drift', 900, { ...stubReport(400), score, writable: false });
    const { page } = webview;
    await page.getByRole('slider', { name: 'high threshold' }).press('ArrowRight');
    await page.getByRole('button', { name: 'Apply to Source' }).click();
    await page.getByText(why).waitFor();
    expect((await webview.posted()).some(({ type }) => type === 'apply')).toBe(false);
  });

  test('a threshold that is moved counts anew at once, by keyboard and by pointer, and is written only when asked', async () => {
    const webview = await open('drift', 900, stubReport(4000));
    const { page } = webview;
    const outside = async () => Number.parseInt((await page.locator('.what-if b').textContent())!, 10);
    const before = await outside();
    const high = page.getByRole('slider', { name: 'high threshold' });
    await high.focus();
    for (let press = 0; press < 5; press++) await page.keyboard.press('ArrowRight');
    const after = await outside();
    expect(after).toBeLessThan(before);
    await page.getByText(`${before} → ${after} of 4000`).waitFor();
    const box = (await high.locator('.hit').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 80, box.y + 60, { steps: 3 });
    await page.mouse.up();
    expect(await outside()).toBeLessThan(after);
    expect((await webview.posted()).some(({ type }) => type === 'apply')).toBe(false);
    await page.getByRole('button', { name: 'Apply to Source' }).click();
    const apply = (await webview.posted()).find(({ type }) => type === 'apply') as unknown as {
      low: number;
      high: number;
    };
    expect(apply.high).toBeCloseTo(Number(await high.getAttribute('aria-valuenow')), 9);
    expect(apply.low).toBe(15.2);
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(await outside()).toBe(before);
    // By command: nothing where nothing was tried, else what the button does.
    const applied = async () => (await webview.posted()).filter(({ type }) => type === 'apply').length;
    await webview.send({ type: 'write' });
    await page.getByText('Move a threshold first.').waitFor();
    expect(await applied()).toBe(1);
    await high.focus();
    await page.keyboard.press('ArrowRight');
    await webview.send({ type: 'write' });
    expect(await applied()).toBe(2);
  });

  test('a range that is drawn in the plot chooses the samples; a trial is tried by one click', async () => {
    const webview = await open('drift', 900, stubReport(4000));
    const { page } = webview;
    const plot = (await page.locator('.ground').boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 100);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.9, plot.y + 100, { steps: 4 });
    await page.mouse.up();
    await page.getByText(/Losses from \d/).waitFor();
    await picture(webview, 'drift brush');
    await page.getByRole('button', { name: '0.8 / 0.2' }).click();
    expect(Number(await page.getByRole('slider', { name: 'low threshold' }).getAttribute('aria-valuenow'))).toBe(13.5);
  });

  test('the error of pictures of 512 by 512 pixels is drawn', async () => {
    const webview = await open('drift', 900);
    const report = stubReport(40);
    const features = { names: [], width: 512, height: 512, critical: [], others: [] };
    await webview.page.evaluate(
      (data) => {
        const { features: own } = data.losses as { features: object };
        const side = 512 * 512;
        Object.assign(own, { critical: new Float32Array(side).fill(0.1), others: new Float32Array(side).fill(0.25) });
        window.dispatchEvent(new MessageEvent('message', { data }));
      },
      { ...report, losses: { ...report.losses, features } },
    );
    expect(await webview.page.locator('image.map').count()).toBe(2);
    await webview.page.getByRole('img', { name: 'Mean error by pixel' }).getByText('0.25').waitFor();
  });

  test('a detector that left no trials: its losses without thresholds, and nothing to try', async () => {
    const webview = await open('drift', 900, { ...stubReport(400), trials: [] });
    const { page } = webview;
    await page.getByText('The detector left no report of its trials.').waitFor();
    expect(await page.getByRole('slider').count()).toBe(0);
    for (const path of await page.locator('path, line, circle').all()) {
      expect(await path.evaluate(({ outerHTML }) => outerHTML)).not.toMatch(/NaN|Infinity/);
    }
    expect(await page.getByText(' outside').count()).toBe(0);
    await webview.send({ type: 'write' });
    expect((await webview.posted()).some(({ type }) => type === 'apply')).toBe(false);
    await inEveryTheme(webview, 'drift without trials');
  });

  test('says that a newer run has a report, and leads there', async () => {
    const webview = await open('drift', 600, stubReport(40));
    const { page } = webview;
    const past = stubPast(3);
    await sendNumbers(webview, past);
    expect(await page.locator('.stale').count()).toBe(0);
    const newer = { ...past, runs: [...past.runs, { ...past.runs[0]!, run: '20260104-030405-a1b2c4' }] };
    await sendNumbers(webview, newer);
    await page.getByText('From run 20260102-030405-a1b2c3: a newer run has a report.').waitFor();
    await picture(webview, 'drift stale');
    await page.getByRole('button', { name: 'Show 20260104-030405-a1b2c4' }).click();
    expect((await webview.posted()).at(-1)).toEqual({ type: 'open', run: '20260104-030405-a1b2c4' });
  });

  test('every plot has a table, and is saved as a picture that stands alone and as rows', async () => {
    const webview = await open('drift', 900, stubReport(400), stubPast(3));
    const { page } = webview;
    const saved = async () =>
      (await webview.posted()).filter(({ type }) => type === 'save') as unknown as { name: string; text: string }[];
    await page.getByRole('button', { name: 'Save Reconstruction loss as SVG' }).click();
    const [svg] = await saved();
    expect(svg!.name).toMatch(/^loss-.*\.svg$/);
    expect(svg!.text).toMatch(/^<svg /);
    expect(svg!.text).not.toMatch(/var\(--|<script|class="/);
    await page.getByRole('button', { name: 'Save Over runs as CSV' }).click();
    const rows = (await saved())[1]!.text.trim().split('\r\n');
    expect(rows[0]).toBe('run,at,p,share outside,low,high');
    expect(rows).toHaveLength(4);
    const drawn = ['Reconstruction loss', 'Error by pixel', 'By the class that a person gave', 'Over runs'];
    for (const title of drawn) {
      const before = (await saved()).length;
      await page.getByRole('button', { name: `Save ${title} as SVG` }).click();
      const { text } = (await saved())[before]!;
      expect(text, title).toMatch(/^<svg /);
      expect(text, title).not.toMatch(/var\(--|<script|class="/);
      await page.getByRole('button', { name: `Table of ${title}` }).click();
      await page.getByRole('region', { name: `${title}, table` }).waitFor();
    }
    // Of the losses it has how many lie where, of both sets: single ones are in the CSV.
    const losses = page.getByRole('region', { name: 'Reconstruction loss, table' });
    expect(await losses.getByRole('columnheader').allTextContents()).toEqual(['loss', 'training', 'incoming']);
    const cells = await losses.getByRole('cell').allTextContents();
    const sum = (column: number) =>
      cells.filter((_, at) => at % 3 === column).reduce((total, cell) => total + Number(cell), 0);
    expect([sum(1), sum(2)]).toEqual([400, 400]);
  });

  test('a comparison shows what differs; the baseline is pinned, and kept for the next window', async () => {
    const webview = await open('compare', 1000, stubRuns(3));
    const { page } = webview;
    expect(await page.getByRole('rowheader', { name: 'critical' }).count()).toBe(0);
    await page.getByText('▲ +0.01').waitFor();
    await page.getByLabel('Only differences').uncheck();
    expect(await page.getByRole('rowheader', { name: 'critical' }).count()).toBe(1);
    await page.getByLabel('Baseline').selectOption('20260112-040506-ffff20');
    await page.getByText('▼ −0.02').waitFor();
    const columns = await page.locator('thead th').allTextContents();
    expect(columns[0]).toContain('20260112');
    // The same by commands.
    await webview.send({ type: 'differences' });
    await page.getByRole('rowheader', { name: 'critical' }).waitFor({ state: 'detached' });
    await webview.send({ type: 'baseline', run: '20260110-040506-ffff00' });
    await page.getByText('▲ +0.01').waitFor();
    await webview.send({ type: 'differences' });
    await webview.send({ type: 'baseline', run: '20260112-040506-ffff20' });
    await page.getByText('▼ −0.02').waitFor();
    await page.getByRole('button', { name: 'Diff 20260110-040506-ffff00' }).click();
    expect((await webview.posted()).at(-1)).toEqual({
      type: 'diff',
      from: '20260112-040506-ffff20',
      to: '20260110-040506-ffff00',
    });
    // A node's row, and its parameters', lead to its parameters in two runs.
    await page.getByRole('rowheader', { name: 'model.epochs' }).getByRole('button', { name: 'Diff model' }).click();
    expect((await webview.posted()).at(-1)).toEqual({
      type: 'diffNode',
      node: 'model',
      baseline: '20260112-040506-ffff20',
    });
  });

  test('a training that diverged: its curve ends, and its metric is no number', async () => {
    const { page } = await open('compare', 1000, diverged());
    const curves = page.locator('path.curve');
    expect(await curves.first().getAttribute('d')).not.toMatch(/NaN/);
    expect((await curves.nth(1).getAttribute('d'))!.split('L')).toHaveLength(10);
    const row = page.getByRole('row', { name: 'score.loss' });
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['0.2', 'no number', '0.14 ▼ −0.06']);
    expect(await page.locator('[d*=NaN]').count()).toBe(0);
  });

  test('a candidate whose score is no number is shown as that', async () => {
    const told = stubReview('rejected');
    const decision = { ...told.review.decision, heldBack: { champion: 0.61, candidate: null } };
    const { page } = await open('review', 900, { ...told, review: { ...told.review, decision } });
    const row = page.getByRole('row', { name: 'drifted data' });
    expect((await row.getByRole('cell').allInnerTexts()).map((text) => text.trim())).toEqual(['0.61', 'no number', '']);
  });

  test('what the gate rejected a person may reject as well, and is told what for', async () => {
    const byGate = stubReview('rejected', 3, 'gate');
    const webview = await open('review', 600, byGate);
    const { page } = webview;
    await page.getByText('they are left out from then on').waitFor();
    expect(await page.getByRole('button', { name: 'Authorise…' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Reject…' }).click();
    expect((await webview.posted()).map(({ type }) => type)).toEqual(['ready', 'reject']);
    const { labels } = byGate.review;
    for (const message of [
      stubReview('rejected'),
      { ...byGate, review: { ...byGate.review, labels: { ...labels, answered: 0 } } },
    ]) {
      await webview.send(message);
      await page.getByRole('button', { name: 'Reject…' }).waitFor({ state: 'detached' });
      await webview.send(byGate);
      await page.getByRole('button', { name: 'Reject…' }).waitFor();
    }
  });

  test('a review never has the focus on what authorises; each button asks once', async () => {
    const webview = await open('review', 600, stubReview());
    const { page } = webview;
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BODY');
    await page.getByRole('button', { name: 'Reject…' }).click();
    await page.getByRole('button', { name: 'Authorise…' }).click();
    expect((await webview.posted()).map(({ type }) => type)).toEqual(['ready', 'reject', 'authorise']);
    await webview.send(stubReview('promoted'));
    expect(await page.getByRole('button', { name: 'Authorise…' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Roll Back…' }).waitFor();
    expect(await page.locator('script:not([nonce])').count()).toBe(0);
  });

  test('what is no message changes nothing', async () => {
    for (const bundle of ['drift', 'compare', 'review', 'curves'] as const) {
      const webview = await open(bundle, 400);
      for (const odd of [null, 1, {}, { type: 'report' }, { type: 'runs', key: 1, runs: [] }, { type: '__proto__' }]) {
        await webview.send(odd);
      }
      await webview.page.locator('.skeleton').waitFor();
    }
  });
});

/** Three runs, of the second of which the loss became no number after ten steps. */
function diverged() {
  const told = stubRuns(3);
  const [first, second, third] = told.runs;
  const [curve] = second!.curves;
  const points = curve!.points.map((point, at) => (at < 10 ? point : { ...point, value: null }));
  const metrics = { ...second!.summary.metrics, score: { accuracy: 0.96, loss: null } };
  const torn = { ...second!, curves: [{ ...curve!, points }], summary: { ...second!.summary, metrics } };
  return { ...told, runs: [first, torn, third] };
}
