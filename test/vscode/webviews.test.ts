import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Reading } from '../../extension/graph/questions';
import { launchBrowser, missingBrowser } from './browser';
import { CLASSES, WORKFLOW } from './fake-workspace';
import { builtBundles } from './packed';
import { openWebview, THEMES, type WebviewPage } from './webview-page';
import { screenshots } from './workbench';

const missing = missingBrowser();
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.skipIf(missing !== null)(`webviews alone${missing ? `: ${missing}` : ''}`, { timeout: 120_000 }, () => {
  let browser: Browser;
  let dist: string;
  const opened: WebviewPage[] = [];

  beforeAll(async () => {
    dist = builtBundles();
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
    test.each([280, 600, 1200])('the graph of a workflow, %i wide', async (width) => {
      const webview = await open('graph', theme, width);
      await showGraph(webview, await read(dist, WORKFLOW));
      await webview.page.locator('g.node[data-id=model].well').waitFor();
      expect(await webview.page.locator('g.node').count()).toBe(10);
      await picture(webview, `graph ${theme} ${width}`);
      expect(await violations(webview)).toEqual([]);
    });

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
      const graph = await open('graph', theme);
      await graph.send({ type: 'empty', message: 'Nothing here yet.' });
      await graph.page.getByText('Nothing here yet.').waitFor();
      expect(await violations(graph)).toEqual([]);
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

  test('the graph by keyboard: arrows walk along edges, Enter goes to the source', async () => {
    const webview = await open('graph', 'vscode-dark');
    await showGraph(webview, await read(dist, WORKFLOW));
    const at = () => webview.page.evaluate(() => document.activeElement?.getAttribute('data-id') ?? null);
    await webview.page.locator('g.node[data-id=drift]').focus();
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('labeler');
    await webview.page.keyboard.press('ArrowDown');
    expect(await at()).toBe('trainer');
    await webview.page.keyboard.press('ArrowUp');
    await webview.page.keyboard.press('Enter');
    expect((await webview.posted()).at(-1)).toEqual({ type: 'reveal', id: 'labeler' });
    await webview.page.keyboard.press('/');
    await webview.page.keyboard.type('detector');
    expect(await webview.page.locator('g.node:not(.dim)').count()).toBe(1);
  });

  test('boxes do not overlap, children lie in their groups, edges between the same nodes are apart', async () => {
    const twice = WORKFLOW.replace(
      '  - sources.test -> trial.data [training]\n',
      '$&  - sources.test -> trial.data [inference]\n',
    );
    const { scene } = await read(
      dist,
      twice.replace('  - trial.y ->', '  - model -> trial [training]\n  - model -> trial [inference]\n  - trial.y ->'),
    );
    for (const [at, one] of scene!.boxes.entries()) {
      for (const other of scene!.boxes.slice(at + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
    const [group] = scene!.groups;
    for (const id of group!.members) {
      const box = scene!.boxes.find((one) => one.id === id)!;
      expect(box.x >= group!.x && box.x + box.width <= group!.x + group!.width).toBe(true);
      expect(box.y >= group!.y && box.y + box.height <= group!.y + group!.height).toBe(true);
    }
    const starts = scene!.lines
      .filter(({ from, to }) => from === 'model' && to === 'trial')
      .map(({ points }) => points[0]!.x);
    expect(starts).toHaveLength(3);
    const sorted = starts.toSorted((a, b) => a - b);
    for (const [at, x] of sorted.slice(1).entries()) expect(x - sorted[at]!).toBeGreaterThanOrEqual(10);
  });

  test('a broken text leaves the last good graph, and says what is wrong', async () => {
    const webview = await open('graph', 'vscode-dark');
    await showGraph(webview, await read(dist, WORKFLOW));
    await webview.send({ type: 'empty', message: 'A bracket is not closed. (line 5)' });
    await webview.page.getByText('A bracket is not closed. (line 5)').waitFor();
    expect(await webview.page.locator('g.node').count()).toBe(10);
  });

  test('the exported picture stands alone', async () => {
    const webview = await open('graph', 'vscode-light');
    await showGraph(webview, await read(dist, WORKFLOW));
    await webview.page.getByRole('button', { name: 'Export the graph' }).click();
    const { svg } = (await webview.posted()).at(-1) as unknown as { svg: string };
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toMatch(/var\(--|<script|class="/);
    expect(svg).toContain('drift');
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

async function showGraph(webview: WebviewPage, { outline, scene }: Reading): Promise<void> {
  await webview.send({
    type: 'scene',
    file: 'file:///w/digits.scanflow',
    name: outline!.name,
    scene,
    phases: outline!.phases,
    collapsed: [],
    problems: [{ node: 'trainer', severity: 'warning', message: 'Its threshold is 0.' }],
    broken: null,
  });
  const states = { model: 'succeeded', trial: 'running', score: 'pending', drift: 'failed', labeler: 'waiting' };
  const steps = Object.entries(states).map(([node, state]) => ({
    node,
    state,
    detail: state === 'succeeded' ? '12.4 s' : '',
  }));
  await webview.send({ type: 'status', run: 'r41', state: 'running', steps });
}

/** What the extension's worker makes of a text. */
function read(dist: string, text: string): Promise<Reading> {
  const worker = new Worker(path.join(dist, 'graph-worker.js'));
  return new Promise<Reading>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: Answer) => {
      if ('reading' in answer) resolve(answer.reading);
      else reject(new Error(answer.error));
    });
    worker.postMessage({ id: 1, text, scene: { collapsed: null } });
  }).finally(() => worker.terminate());
}

async function violations({ page }: WebviewPage): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    };
    const { violations: found } = await axe.run();
    return found.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
  });
}

async function picture({ page }: WebviewPage, name: string): Promise<void> {
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}
