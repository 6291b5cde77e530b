import { exampleSample } from '../../engine/protocol/examples';
import type { WebviewPage } from './webview-page';

/** A task as the extension sends it. */
export function stubTask(count: number, kind: 'label' | 'find' = 'label') {
  return {
    type: 'task',
    task: 't1',
    kind,
    title: kind === 'label' ? 'Label the critical samples of drift' : `Find the clean sample of ${count}`,
    workflow: 'digits',
    classes: kind === 'label' ? ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] : [],
    items: Array.from({ length: count }, (_, at) =>
      exampleSample(`s${at}`, {
        severity: 0.31 + (at % 5),
        candidates: kind === 'find' ? ['c0', 'c1', 'c2'] : [],
        flagged: at % 7 === 3,
        suggestion: kind === 'label' && at % 2 === 0 ? { label: String(at % 10), probability: 0.62 } : null,
      }),
    ),
    done: [] as unknown[],
    undone: [] as unknown[],
    grid: false,
    at: 0,
    autoAdvance: true,
    blind: true,
    askAgain: 0.05,
    views: ['data', 'reconstruction', 'error', 'overlay'],
    joined: 0,
    gains: [
      {
        decision: 'd-1',
        state: 'promoted',
        at: '',
        labels: 50,
        gain: 0.04,
        metric: 'score.accuracy',
        champion: 0.85,
        candidate: 0.89,
        threshold: 0,
      },
    ],
  };
}

interface Need {
  type: string;
  from: string;
  ids: string[];
  id: string;
  count: number;
}

/** A row of a table, as it is beside its reconstruction. */
const CELLS = ['temperature', 'a column with a very long name', ...Array.from({ length: 8 }, (_, at) => `x${at}`)].map(
  (name, at) => ({ name, value: String(46_123 + at), again: '41.99', apart: '46081' }),
);

/** Answers what the webview has asked for since the last time, as the extension would. */
export async function serveSamples(webview: WebviewPage, from = 0, tables = false): Promise<number> {
  const posts = (await webview.posted()) as unknown as Need[];
  for (const post of posts.slice(from)) {
    if (tables && post.type === 'need') {
      const samples = post.ids.map((id) => ({ id, sample: { kind: 'row', cells: CELLS } }));
      await webview.send({ type: 'samples', from: post.from, samples });
      continue;
    }
    if (post.type === 'need' || post.type === 'thumbs') await webview.page.evaluate(paintAll, post);
    if (post.type === 'twins') {
      const twins = Array.from({ length: post.count }, (_, at) => ({
        id: `c${at}`,
        label: String(at % 3),
        distance: 0.1 + at / 15,
      }));
      await webview.send({ type: 'twins', id: post.id, twins });
    }
  }
  return posts.length;
}

/** Runs in the page: bytes cross no bridge. */
function paintAll({ type, from, ids }: { type: string; from: string; ids: string[] }): void {
  const size = 784;
  const pixels = new Uint8Array(size * ids.length);
  for (const [at, id] of ids.entries()) {
    const bars = 1 + (Number(id.slice(1)) % 10);
    for (let y = 4; y < 24; y++) for (let bar = 0; bar < bars; bar++) pixels[at * size + 28 * y + 4 + 2 * bar] = 230;
  }
  const picture = (at: number) => ({
    kind: 'image',
    width: 28,
    height: 28,
    channels: 1,
    pixels: pixels.slice(at * size, (at + 1) * size),
  });
  const data =
    type === 'need'
      ? { type: 'samples', from, samples: ids.map((id, at) => ({ id, sample: picture(at) })) }
      : { type: 'thumbs', from, thumbs: { ids, width: 28, height: 28, channels: 1, pixels } };
  window.dispatchEvent(new MessageEvent('message', { data }));
}
