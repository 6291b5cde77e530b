import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openLedger } from '../engine/workspace/ledger';
import { neighbours } from '../nodes/nearest';
import { largeWorkflow, readGraphs } from '../test/vscode/read-graph';
import { serveBundle } from '../test/vscode/serve-bundle';
import { stubTask } from '../test/vscode/stub-host';
import { stubReport } from '../test/vscode/stub-panels';

/**
 * The budgets of the panels, as they are on this machine: what a key, a save, a drag and a search take (milliseconds), what ten
 * thousand samples take of a page and large graphs to be drawn and moved, how large the bundles are. Minified, as they are packed.
 */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

async function webviewsBench(): Promise<object> {
  const dist = mkdtempSync(path.join(os.tmpdir(), 'scanflow-bench-'));
  try {
    execFileSync('node', ['scripts/build.mjs', '--minify', '--out', dist], { stdio: ['ignore', 'ignore', 'inherit'] });
    const bundles = path.join(dist, 'webviews');
    const host = { acknowledged: await acknowledged(dist), finder: finder() };
    if (!existsSync(CHROMIUM)) return { ...host, bundleKB: sizes(bundles), skipped: `no browser at ${CHROMIUM}` };
    const { chromium } = createRequire(path.resolve('package.json'))(
      'playwright-core',
    ) as typeof import('playwright-core');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const labeling = await labelingFigures(browser, bundles);
      const graph = [
        await graphFigures(browser, bundles, dist, 1_000),
        await graphFigures(browser, bundles, dist, 5_000),
      ];
      return { ...labeling, ...host, drift: await driftFigures(browser, bundles), graph, bundleKB: sizes(bundles) };
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
}

/** From a key to the next sample on the screen; what ten thousand samples take. */
async function labelingFigures(browser: Browser, bundles: string): Promise<object> {
  const page = await open(browser, bundles, 'labeling');
  const resume = await page.evaluate(
    async (data) => {
      const start = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - start;
    },
    { ...stubTask(10_000), grid: true },
  );
  const keys = await page.evaluate(async () => {
    const times: number[] = [];
    for (let at = 0; at < 200; at++) {
      const start = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data: { type: 'assign', index: at % 10 } }));
      // The first frame after the change, and then until it is on the screen.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - start);
    }
    return times;
  });
  const scrolled = await page.evaluate(async () => {
    const grid = document.querySelector('.grid')!;
    const times: number[] = [];
    for (let at = 0; at < 100; at++) {
      const start = performance.now();
      grid.scrollTop = at * 900;
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - start);
    }
    return times;
  });
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  return {
    keyToPainted: spread(keys),
    tenThousand: {
      resume: Math.round(resume),
      nodes: await page.locator('*').count(),
      heapMB: Math.round(heap / 1e5) / 10,
      scrollFrame: spread(scrolled),
    },
  };
}

/** From a threshold that moves to the new count on the screen. */
async function driftFigures(browser: Browser, bundles: string): Promise<object> {
  const page = await open(browser, bundles, 'drift');
  await page.evaluate((report) => {
    const { losses } = report;
    const numbers = (values: number[]) => Float32Array.from(values) as unknown as number[];
    Object.assign(losses, {
      train: numbers(losses.train),
      test: numbers(losses.test),
      reference: numbers(losses.reference),
    });
    losses.features.critical = numbers(losses.features.critical);
    losses.features.others = numbers(losses.features.others);
    window.dispatchEvent(new MessageEvent('message', { data: report }));
  }, stubReport(10_000));
  await page.locator('.threshold').first().waitFor();
  const moves = await page.evaluate(async () => {
    const handle = document.querySelectorAll('.threshold')[1]!;
    const times: number[] = [];
    for (let at = 0; at < 100; at++) {
      const key = at % 50 < 25 ? 'ArrowRight' : 'ArrowLeft';
      const start = performance.now();
      handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      // All of our own work, layout included; what is left is the compositor's.
      document.body.getBoundingClientRect();
      times.push(performance.now() - start);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return times;
  });
  return { samples: 10_000, thresholdMoved: spread(moves) };
}

/** A large graph with all groups open: from text to layout, to the screen, and what a move of it takes. */
async function graphFigures(browser: Browser, bundles: string, dist: string, nodes: number): Promise<object> {
  const ticks: number[] = [];
  const texts = [largeWorkflow(3), largeWorkflow(nodes)];
  // The first text starts the thread.
  const [, reading] = await readGraphs(dist, texts, [], () => ticks.push(performance.now()));
  const { outline, scene } = reading!;
  const page = await open(browser, bundles, 'graph');
  const data = {
    type: 'scene',
    file: 'file:///w/large.scanflow',
    name: 'large',
    scene,
    phases: outline!.phases,
    collapsed: [],
    problems: [],
    locked: false,
  };
  const painted = await page.evaluate(async (message) => {
    const start = performance.now();
    window.dispatchEvent(new MessageEvent('message', { data: message }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - start;
  }, data);
  await page.locator('g.node').first().waitFor();
  const moves = await page.evaluate(async () => {
    const svg = document.querySelector('g.node')!.closest('svg')!;
    const times: number[] = [];
    for (let at = 0; at < 60; at++) {
      const start = performance.now();
      const deltaY = at % 20 < 10 ? 40 : -40;
      svg.dispatchEvent(new WheelEvent('wheel', { deltaY, ctrlKey: at % 3 === 0, bubbles: true, cancelable: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - start);
    }
    return times;
  });
  const drawn = await page.locator('g.node').count();
  return {
    nodes,
    drawn,
    read: Math.round(ticks[2]! - ticks[1]!),
    painted: Math.round(painted),
    moveFrame: spread(moves),
  };
}

/** From an answer that the engine has to the line in the journal, flushed. */
async function acknowledged(folder: string): Promise<object> {
  const ledger = await openLedger(path.join(folder, 'journal'));
  const times: number[] = [];
  for (let at = 0; at < 200; at++) {
    const start = performance.now();
    await ledger.append({ type: 'answers', task: 't', answers: { [`s${at}`]: '1' }, by: 'bench', at: '' });
    times.push(performance.now() - start);
  }
  await ledger.close();
  return { answer: spread(times) };
}

/** The 24 nearest of 60,000 samples of 128 numbers. */
function finder(): object {
  const [count, size] = [60_000, 128];
  const x = Float32Array.from({ length: count * size }, (_, at) => ((at * 7919) % 1009) / 1009);
  const start = performance.now();
  const index = neighbours({ x, shape: [size], count });
  const prepared = performance.now() - start;
  const times = Array.from({ length: 30 }, (_, at) => {
    const query = x.slice(at * 31 * size, (at * 31 + 1) * size);
    const began = performance.now();
    index.of({ x: query, shape: [size], count: 1 }, 24);
    return performance.now() - began;
  });
  return { samples: count, numbers: size, prepare: Math.round(prepared), top24: spread(times) };
}

async function open(browser: Browser, bundles: string, bundle: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 760 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const api = { postMessage: () => {}, getState: () => undefined, setState: () => {} };
    Object.assign(window, { acquireVsCodeApi: () => api });
  });
  await serveBundle(page, bundle, bundles);
  return page;
}

function sizes(bundles: string): Record<string, number> {
  const names = ['graph', 'labeling', 'drift', 'compare', 'review'];
  return Object.fromEntries(
    names.map((name) => [name, Math.round(statSync(path.join(bundles, `${name}.js`)).size / 102.4) / 10]),
  );
}

/** On a machine that does other things, too, the median tells more of the program. */
function spread(times: readonly number[]): { median: number; p95: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(10 * sorted[Math.floor(share * (sorted.length - 1))]!) / 10;
  return { median: at(0.5), p95: at(0.95) };
}

webviewsBench().then(
  (figures) => console.log(JSON.stringify(figures)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
