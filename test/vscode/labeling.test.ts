import { describe, expect, test } from 'vitest';
import { inEveryTheme, picture, violations, webviewsAlone } from './alone';
import { missingBrowser } from './browser';
import { serveSamples, stubTask } from './stub-host';
import type { WebviewPage } from './webview-page';
import { until } from './workbench';

const missing = await missingBrowser();

describe.skipIf(missing !== null)(`labeling alone${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  const openAlone = webviewsAlone();

  const open = (width = 400) => openAlone('labeling', width);

  /** Served until nothing more is asked for. */
  async function show(webview: WebviewPage, task: object): Promise<void> {
    await webview.send(task);
    let [served, before] = [0, -1];
    while (served !== before) {
      before = served;
      await webview.page.waitForTimeout(60);
      served = await serveSamples(webview, Math.max(0, before));
    }
  }

  test.each([
    ['one sample at a time', 280, { ...stubTask(50) }],
    ['the grid, narrow', 280, { ...stubTask(60), grid: true }],
    ['the grid', 600, { ...stubTask(200), grid: true }],
    ['the grid of ten thousand', 1200, { ...stubTask(10_000), grid: true }],
    ['the finder', 280, stubTask(9, 'find')],
    ['the finder, wide', 1200, { ...stubTask(9, 'find'), grid: true }],
    ['one sample alone', 600, stubTask(1)],
  ])('%s, in every theme', async (name, width, task) => {
    const webview = await open(width);
    await show(webview, task);
    await webview.page.locator('canvas.sample').first().waitFor();
    await webview.send({ type: 'assign', index: 2 });
    await webview.send({ type: 'saved', changes: await changesOf(webview) });
    await webview.page.getByText('✓ saved').waitFor();
    await inEveryTheme(webview, `labeling ${name}`);
    expect(await webview.page.locator('*').count()).toBeLessThan(400);
  });

  test('something waits, a task is done: in every theme', async () => {
    const webview = await open(280);
    await webview.send({ type: 'none', waiting: 2 });
    await webview.page.getByRole('button', { name: 'Open Human Task' }).waitFor();
    await inEveryTheme(webview, 'labeling none');
    const classes = ['broken', 'fine'];
    const asked = { again: 2, same: 1, blind: 7, pace: 1.84 };
    await webview.send({ type: 'closed', run: 'r1', labelled: 8, skipped: 1, counts: [3, 5], classes, ...asked });
    await webview.page.getByText('Done: 8 labelled, 1 skipped, 1.8 s a label. The run goes on by itself').waitFor();
    await webview.page.getByText('2 asked a second time: 1 answered the same').waitFor();
    await inEveryTheme(webview, 'labeling done');
  });

  test('says what it is to a screen reader', async () => {
    const webview = await open(1200);
    await show(webview, { ...stubTask(3), grid: true });
    await webview.send({ type: 'assign', index: 0 });
    expect(await webview.page.locator('main').ariaSnapshot()).toMatchSnapshot();
    const finder = await open(280);
    await show(finder, stubTask(2, 'find'));
    expect(await finder.page.locator('main').ariaSnapshot()).toMatchSnapshot();
  });

  test('finding clean twins: a key chooses, more are there for a key, only those of one class', async () => {
    const webview = await open();
    await show(webview, stubTask(5, 'find'));
    expect(await webview.page.locator('.candidates button').count()).toBe(12);
    await webview.send({ type: 'act', action: 'sameClass' });
    expect(await webview.page.locator('.candidates button').count()).toBe(4);
    await webview.send({ type: 'assign', index: 1 });
    expect(await changesOf(webview)).toEqual([{ id: 's0', given: { answer: 'c3', reason: null } }]);
    await webview.send({ type: 'act', action: 'previous' });
    await webview.send({ type: 'act', action: 'widen' });
    expect((await webview.posted()).at(-1)).toEqual({ type: 'twins', id: 's0', count: 24 });
    await webview.send({ type: 'act', action: 'skip' });
    expect((await changesOf(webview)).at(-1)).toEqual({ id: 's0', given: { answer: null, reason: null } });
  });

  test('rows of a table, alone and in the grid; what a file says is text, never markup', async () => {
    const webview = await open(1000);
    await webview.send({ ...stubTask(3), classes: ['broken', 'fine'], grid: true, views: ['data'] });
    const cells = [
      { name: 'temperature', value: '1001' },
      { name: '<img src=x onerror=alert(1)>', value: '<script>alert(1)</script>' },
    ];
    const samples = ['s0', 's1', 's2'].map((id) => ({ id, sample: { kind: 'row', cells } }));
    await webview.send({ type: 'samples', from: 'data', samples });
    await webview.page.getByRole('cell', { name: '1001', exact: true }).waitFor();
    expect(await webview.page.locator('.tile .cells').count()).toBe(3);
    expect(await webview.page.locator('img').count()).toBe(0);
    await picture(webview, 'labeling rows');
    expect(await violations(webview)).toEqual([]);
  });

  test('the reconstruction of a row stands beside it; errors are no picture there', async () => {
    const webview = await open(280);
    await webview.send(stubTask(1));
    const row = (cells: object[]) => [{ id: 's0', sample: { kind: 'row', cells } }];
    const cells = [
      { name: 'age', value: '46.25' },
      { name: 'income', value: '46123' },
    ];
    await webview.send({ type: 'samples', from: 'data', samples: row(cells) });
    await webview.page.getByRole('cell', { name: '46123', exact: true }).waitFor();
    const views = webview.page.getByRole('group', { name: 'View', exact: true });
    expect(await views.getByRole('button').allTextContents()).toEqual(['Original', 'Reconstruction']);
    await webview.send({ type: 'act', action: 'view' });
    const compared = cells.map((cell) => ({ ...cell, again: '41.99', apart: '4.262' }));
    await webview.send({ type: 'samples', from: 'reconstruction', samples: row(compared) });
    await webview.page.getByRole('columnheader', { name: 'reconstruction', exact: true }).waitFor();
    expect(await webview.page.getByRole('row').first().getByRole('columnheader').allTextContents()).toEqual([
      'feature',
      'sample',
      'reconstruction',
      'error',
    ]);
    await picture(webview, 'labeling row compared');
    expect(await violations(webview)).toEqual([]);
    await webview.send({ type: 'act', action: 'view' });
    await views.getByRole('button', { name: 'Original', pressed: true }).waitFor();
  });

  test('one action a label: fifty keys, fifty answers, each once', async () => {
    const webview = await open();
    await webview.send({ ...stubTask(50), askAgain: 0 });
    for (let at = 0; at < 50; at++) await webview.send({ type: 'assign', index: at % 10 });
    const changes = await changesOf(webview);
    expect(changes.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, at) => `s${at}`));
    expect(new Set(changes.map(({ given }) => given?.answer)).size).toBe(10);
  });

  test('bulk: shift, Ctrl and a lasso select in the grid, one key labels them, one undo takes it back', async () => {
    const webview = await open(1000);
    await show(webview, { ...stubTask(200), grid: true });
    const { page } = webview;
    const selected = () => page.locator('.tile.selected').count();
    await page.locator('#tile-1').click();
    await page.locator('#tile-4').click({ modifiers: ['Shift'] });
    expect(await selected()).toBe(4);
    await page.locator('#tile-9').click({ modifiers: ['Control'] });
    expect(await selected()).toBe(5);
    await page.keyboard.press('Escape');
    expect(await selected()).toBe(0);
    const [from, to] = [await page.locator('#tile-0').boundingBox(), await page.locator('#tile-8').boundingBox()];
    await page.mouse.move(from!.x + 20, from!.y + 20);
    await page.mouse.down();
    await page.mouse.move(to!.x + 30, to!.y + 30, { steps: 4 });
    await picture(webview, 'labeling lasso');
    await page.mouse.up();
    const count = await selected();
    expect(count).toBeGreaterThan(3);
    await webview.send({ type: 'assign', index: 7 });
    expect(await changesOf(webview)).toHaveLength(count);
    expect(await page.locator('.tile[data-said="8"]').count()).toBe(count);
    await webview.send({ type: 'act', action: 'undo' });
    expect(await page.locator('.tile[data-said="8"]').count()).toBe(0);
    const { changes, step } = (await webview.posted()).at(-1) as unknown as { changes: unknown[]; step: string };
    expect([changes.length, step]).toEqual([count, 'undo']);
  });

  test('the grid by keyboard: arrows walk and select, the last row is reached, Home leads back', async () => {
    const webview = await open(1000);
    await show(webview, { ...stubTask(10_000), grid: true });
    const { page } = webview;
    await page.getByRole('grid').focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await page.locator('.tile.selected').count()).toBe(3);
    await page.keyboard.press('End');
    await page.locator('#tile-9999.here').waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe('tile-9999');
    await page.keyboard.press('Home');
    await page.locator('#tile-0.here').waitFor();
    await page.keyboard.press('Control+a');
    await page.getByText('10000 selected').waitFor();
  });

  test('sorts by similarity that the host measures, and filters', async () => {
    const webview = await open(1000);
    await show(webview, { ...stubTask(30), grid: true });
    const { page } = webview;
    await page.getByLabel('Sort').selectOption('similar');
    expect((await webview.posted()).at(-1)).toEqual({ type: 'similar', to: 's0' });
    await webview.send({ type: 'similar', to: 's0', ids: ['s9', 's4', 's0'] });
    const first = page.locator('.tile').first();
    expect(await first.getAttribute('data-number')).toBe('10');
    await page.getByLabel('Show').selectOption('flagged');
    await page.getByText('4 shown').waitFor();
  });

  test('skips with a reason by two keys; the severity is hidden until it is asked for', async () => {
    const webview = await open();
    await webview.send(stubTask(3));
    await webview.send({ type: 'act', action: 'accept' });
    expect(await changesOf(webview)).toEqual([]);
    await webview.page.getByText('severity, suggestion hidden').waitFor();
    await webview.send({ type: 'act', action: 'reveal' });
    await webview.page.getByText('severity 0.31').waitFor();
    await webview.page.getByText('suggested 0, 62 %').waitFor();
    await picture(webview, 'labeling suggested');
    expect(await violations(webview)).toEqual([]);
    await webview.send({ type: 'act', action: 'skipWithReason' });
    await webview.page.getByText('Why is it skipped?').waitFor();
    await webview.send({ type: 'assign', index: 0 });
    expect(await changesOf(webview)).toEqual([{ id: 's0', given: { answer: null, reason: 'unreadable' } }]);
  });

  test('what is suggested is accepted by Enter once it is seen; the answer says that it was not blind', async () => {
    const webview = await open();
    await webview.send(stubTask(3));
    await webview.send({ type: 'act', action: 'reveal' });
    await webview.send({ type: 'act', action: 'accept' });
    const [change] = (await webview.posted()).flatMap(({ changes }) => (changes as { look: object }[]) ?? []);
    expect(change).toMatchObject({ id: 's0', given: { answer: '0' }, look: { blind: false } });
    // Enter on a button presses it, and nothing else.
    await webview.send({ type: 'act', action: 'previous' });
    await webview.send({ type: 'act', action: 'undo' });
    await webview.send({ type: 'act', action: 'reveal' });
    await webview.page.getByRole('button', { name: 'Keys' }).focus();
    const before = (await changesOf(webview)).length;
    await webview.send({ type: 'act', action: 'accept' });
    expect((await changesOf(webview)).length).toBe(before);
  });

  test('after twenty labels one of them is asked again, without what was said of it', async () => {
    const webview = await open();
    await webview.send(stubTask(30));
    for (let at = 0; at < 20; at++) await webview.send({ type: 'assign', index: 3 });
    await webview.page.getByText('Asked again: what is it?').waitFor();
    expect(await webview.page.locator('.classes [aria-pressed=true]').count()).toBe(0);
    await picture(webview, 'labeling again');
    await webview.send({ type: 'assign', index: 4 });
    expect((await webview.posted()).filter(({ type }) => type === 'again')).toMatchObject([{ answer: '5' }]);
    await webview.page.getByText('Sample 21', { exact: true }).waitFor();
    expect(await changesOf(webview)).toHaveLength(20);
  });

  test('original, reconstruction and error of a sample, and of all in the grid', async () => {
    const webview = await open(1000);
    await show(webview, { ...stubTask(20), grid: true });
    const asked = async (type: string) => {
      const posted = (await webview.posted()) as unknown as { type: string; from?: string }[];
      return new Set(posted.filter((post) => post.type === type).map(({ from }) => from));
    };
    for (const view of ['reconstruction', 'error', 'overlay']) {
      await webview.send({ type: 'act', action: 'view' });
      for (const type of ['need', 'thumbs'])
        await until(
          () => asked(type),
          (views) => views.has(view),
        );
    }
    await webview.page.getByRole('img', { name: 'From dark violet to yellow' }).waitFor();
  });

  test('a new window undoes what another one did', async () => {
    const webview = await open();
    const task = stubTask(3);
    task.items[1]!.answer = '7';
    const step = { changes: [{ id: 's1', before: null, after: { answer: '7', reason: null } }], at: '', by: 'ada' };
    await webview.send({ ...task, done: [step] });
    await webview.send({ type: 'act', action: 'undo' });
    expect((await webview.posted()).at(-1)).toMatchObject({
      type: 'answer',
      changes: [{ id: 's1', given: null }],
      step: 'undo',
    });
    await webview.page.getByText('0/3').waitFor();
  });

  test('says when to stop: all the labels are not enough for the gate, or the next ones bring little', async () => {
    const webview = await open();
    const { page } = webview;
    const [gain] = stubTask(1).gains;
    const advice = page.locator('.advice');
    await webview.send(stubTask(30));
    await page.getByText('next 25 labels: about +3.3 pt').waitFor();
    expect(await advice.count()).toBe(0);
    await webview.send({ ...stubTask(30), gains: [{ ...gain, threshold: 0.05 }] });
    await advice.getByText('all 30 labels may gain about +3.5 pt, and the gate asks for more than +5.0 pt').waitFor();
    await inEveryTheme(webview, 'labeling advice');
    const enough = stubTask(3000);
    for (const item of enough.items.slice(0, 2900)) item.answer = '1';
    await webview.send(enough);
    await advice.getByText('Enough is labelled').waitFor();
  });

  test('draws what labels gained before, where this task stands on it, and the same as a table', async () => {
    const [first] = stubTask(1).gains;
    const second = {
      ...first,
      decision: 'd-2',
      state: 'rejected',
      labels: 20,
      gain: 0.02,
      champion: 0.89,
      candidate: 0.91,
    };
    const rival = { ...first, decision: 'd-0', metric: 'score.rmse', gain: 70 };
    const webview = await open(280);
    const plot = webview.page.getByRole('region', { name: 'What labels gained before' });
    // One point is no curve, and one of another metric is none of it.
    await show(webview, { ...stubTask(30), gains: [rival, first] });
    await webview.page.getByText('next 25 labels: about +3.3 pt').waitFor();
    expect(await plot.count()).toBe(0);
    await show(webview, { ...stubTask(30), gains: [rival, second, first] });
    await webview.send({ type: 'assign', index: 2 });
    await plot.getByRole('img', { name: 'Gains of 2 candidates over their labels; 1 labels so far' }).waitFor();
    expect(await plot.locator('.point').count()).toBe(2);
    await plot.getByText('score.accuracy').waitFor();
    await plot.scrollIntoViewIfNeeded();
    await inEveryTheme(webview, 'labeling gained');
    await plot.getByRole('button', { name: 'Table of What labels gained before' }).click();
    expect(await plot.getByRole('row').allInnerTexts()).toEqual([
      expect.stringMatching(/labels.*before.*after.*gain/s),
      expect.stringMatching(/d-2.*20.*0\.89.*0\.91.*0\.02/s),
      expect.stringMatching(/d-1.*50.*0\.85.*0\.89.*0\.04/s),
    ]);
    await picture(webview, 'labeling gained table');
    expect(await violations(webview)).toEqual([]);
    await plot.getByRole('button', { name: 'Save What labels gained before as CSV' }).click();
    expect((await webview.posted()).at(-1)).toMatchObject({ type: 'save', name: 'gains-digits.csv' });
  });

  test('a refused answer says why, and stays marked', async () => {
    const webview = await open();
    await webview.send(stubTask(5));
    await webview.send({ type: 'assign', index: 0 });
    await webview.send({ type: 'refused', of: 'answer', ids: ['s0'], message: 'The engine is gone.' });
    await webview.page.getByRole('alert').getByText('The engine is gone.').waitFor();
  });

  test('a refused answer stays to be said once more, whatever comes after it', async () => {
    const webview = await open();
    const { page } = webview;
    await webview.send(stubTask(5));
    await webview.send({ type: 'assign', index: 0 });
    await webview.send({ type: 'refused', of: 'answer', ids: ['s0'], message: 'The engine is gone.' });
    await webview.send({ type: 'assign', index: 1 });
    await webview.send({ type: 'saved', changes: (await changesOf(webview)).slice(-1) });
    await page.getByRole('button', { name: 'Retry' }).click();
    const changes = (await changesOf(webview)).slice(-1);
    expect(changes).toEqual([{ id: 's0', given: { answer: '1', reason: null } }]);
    await webview.send({ type: 'saved', changes });
    expect(await page.getByRole('alert').count()).toBe(0);
    await webview.send({ type: 'act', action: 'flag' });
    await webview.send({ type: 'refused', of: 'flag', ids: ['s2'], message: 'The engine is gone.' });
    await page.getByRole('button', { name: 'Retry' }).click();
    expect((await webview.posted()).at(-1)).toEqual({ type: 'flag', task: 't1', ids: ['s2'], on: true });
    expect(await changesOf(webview)).toHaveLength(3);
  });

  test('Enter on a button answers once, though VS Code hears it, too', async () => {
    const webview = await open();
    const { page } = webview;
    await show(webview, stubTask(5, 'find'));
    await page.locator('.candidates button').nth(2).focus();
    await page.keyboard.press('Enter');
    await webview.send({ type: 'act', action: 'accept' });
    expect(await changesOf(webview)).toHaveLength(1);
    await webview.send({ type: 'act', action: 'skipWithReason' });
    await page.locator('.reasons button:focus').waitFor();
    await page.keyboard.press('Enter');
    await webview.send({ type: 'act', action: 'accept' });
    expect((await changesOf(webview)).map(({ given }) => given!.answer)).toEqual(['c2', null]);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    // The palette takes the keyboard, and asks for it.
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await webview.send({ type: 'act', action: 'accept' });
    expect(await changesOf(webview)).toHaveLength(3);
    await page.keyboard.press('Enter');
    await webview.send({ type: 'act', action: 'accept' });
    expect(await changesOf(webview)).toHaveLength(4);
    await page.getByRole('button', { name: 'Choose nearest' }).click();
    expect(await changesOf(webview)).toHaveLength(5);
  });

  test('keys that say something of a sample are not heard while it is not on the screen, or of the next task', async () => {
    const webview = await open();
    await webview.send(stubTask(5));
    // They lead back to it, as Escape does.
    const sheet = webview.page.getByRole('heading', { name: 'Keys', exact: true });
    for (const key of [
      { type: 'assign', index: 2 },
      ...['skip', 'undo', 'keys'].map((action) => ({ type: 'act', action })),
    ]) {
      await webview.send({ type: 'act', action: 'keys' });
      expect(await sheet.isVisible()).toBe(true);
      await webview.send(key);
      expect(await sheet.isVisible()).toBe(false);
    }
    await webview.send({ type: 'act', action: 'keys' });
    expect(
      await webview.page.getByRole('button', { name: 'Back' }).evaluate((back) => back.getBoundingClientRect().top),
    ).toBeLessThan(60);
    await picture(webview, 'labeling keys');
    await webview.page.keyboard.press('Escape');
    expect(await sheet.isVisible()).toBe(false);
    await webview.send({ type: 'act', action: 'keys' });
    await webview.page.keyboard.down('b');
    expect(await sheet.isVisible()).toBe(false);
    const view = webview.page.getByRole('group', { name: 'View' }).locator('[aria-pressed=true]');
    expect(await view.textContent()).toBe('Original');
    await webview.page.keyboard.up('b');
    expect(await changesOf(webview)).toEqual([]);
    await webview.send({ type: 'act', action: 'skipWithReason' });
    const nobody = { counts: [], classes: [], again: 0, same: 0, blind: 0, pace: null };
    await webview.send({ type: 'closed', run: null, labelled: 1, skipped: 0, ...nobody });
    await webview.send({ ...stubTask(3), task: 't2' });
    await webview.send({ type: 'assign', index: 1 });
    expect(await changesOf(webview)).toEqual([{ id: 's0', given: { answer: '2', reason: null } }]);
  });

  test('free text: one field for all samples keeps the keyboard, and it is said when a field is gone', async () => {
    const webview = await open();
    const { page } = webview;
    const lastFocus = async () => (await webview.posted()).filter(({ type }) => type === 'focus').at(-1);
    await webview.send({ ...stubTask(5), classes: [] });
    await page.locator('input[name=label]').click();
    for (const word of ['cat', 'dog']) {
      await page.keyboard.type(word);
      await page.keyboard.press('Enter');
    }
    expect((await changesOf(webview)).map(({ id, given }) => [id, given!.answer])).toEqual([
      ['s0', 'cat'],
      ['s1', 'dog'],
    ]);
    // What was not sent is about the sample that it was written for.
    await page.keyboard.type('ow');
    await webview.send({ type: 'act', action: 'next' });
    expect(await page.locator('input[name=label]').inputValue()).toBe('');
    await webview.send({ type: 'act', action: 'skipWithReason' });
    await page.locator('.reasons input').click();
    expect(await lastFocus()).toMatchObject({ input: true });
    await page.keyboard.type('too dark');
    await page.keyboard.press('Enter');
    await until(lastFocus, (focus) => focus?.input === false);
  });

  test('keys that are pressed in a list of choices are that list’s, not the sample’s', async () => {
    const webview = await open(1000);
    await webview.send({ ...stubTask(3), grid: true });
    const lastFocus = async () => (await webview.posted()).filter(({ type }) => type === 'focus').at(-1);
    await webview.page.getByLabel('Sort').focus();
    expect(await lastFocus()).toMatchObject({ input: true });
    await webview.page.getByRole('grid').focus();
    await until(lastFocus, (focus) => focus?.input === false);
  });

  test('the reconstruction is shown for as long as its key is held, also where the keyboard goes elsewhere meanwhile', async () => {
    const webview = await open();
    const { page } = webview;
    await webview.send(stubTask(3));
    const shown = () => page.getByRole('group', { name: 'View' }).locator('[aria-pressed=true]').textContent();
    const ends = [
      () => page.keyboard.up('b'),
      () => page.evaluate(() => window.dispatchEvent(new Event('blur'))),
      async () => {
        // Another key meanwhile makes it a capital.
        await page.keyboard.down('Shift');
        await page.keyboard.up('B');
        await page.keyboard.up('Shift');
      },
    ];
    for (const end of ends) {
      await page.keyboard.down('b');
      expect(await shown()).toBe('Reconstruction');
      await end();
      expect(await shown()).toBe('Original');
      await page.keyboard.up('b');
    }
  });

  test.each([false, true])('reconstructions are asked for anew where another run asks; grid: %s', async (grid) => {
    const webview = await open(grid ? 900 : 400);
    await show(webview, { ...stubTask(3), grid });
    const asked = async () => {
      const posted = (await webview.posted()) as unknown as { type: string; from: string }[];
      const of = (from: string) =>
        posted.filter((one) => one.type === (grid ? 'thumbs' : 'need') && one.from === from).length;
      return [of('data'), of('reconstruction')];
    };
    await webview.page.getByRole('group', { name: 'View' }).getByText('Reconstruction').click();
    await until(asked, ([, made]) => made === 1);
    const [data] = await asked();
    await webview.send({ ...stubTask(3), grid });
    await until(asked, ([, made]) => made === 2);
    expect(await asked()).toEqual([data, 2]);
  });

  test('samples that join the task are shown after the others', async () => {
    const webview = await open();
    await webview.send({ ...stubTask(2), askAgain: 0 });
    await webview.send({ type: 'assign', index: 1 });
    await webview.send({ type: 'changed', task: 't1', items: stubTask(4).items, done: [], undone: [] });
    for (let at = 0; at < 3; at++) await webview.send({ type: 'assign', index: 1 });
    expect((await changesOf(webview)).map(({ id }) => id)).toEqual(['s0', 's1', 's2', 's3']);
    await webview.page.getByText('4/4').waitFor();
  });

  test('what is no message changes nothing', async () => {
    const webview = await open();
    await webview.send(stubTask(5));
    const odd = [null, 7, 'task', {}, { type: 'constructor' }, { type: '__proto__' }, { type: 'task' }];
    for (const message of [...odd, { type: 'assign', index: '1' }, { type: 'act', action: 'toString' }]) {
      await webview.send(message);
    }
    expect(await changesOf(webview)).toEqual([]);
    await webview.page.getByText('0/5').waitFor();
  });
});

interface Sent {
  id: string;
  given: { answer: string | null } | null;
}

async function changesOf(webview: WebviewPage): Promise<Sent[]> {
  const posted = (await webview.posted()) as unknown as { type: string; changes: Sent[] }[];
  const all = posted.filter(({ type }) => type === 'answer').flatMap(({ changes }) => changes);
  // How long it took is another test's.
  return all.map(({ id, given }) => ({ id, given }));
}
