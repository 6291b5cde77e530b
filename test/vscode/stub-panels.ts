import { exampleDecision } from '../../engine/protocol/examples';
import type { WebviewPage } from './webview-page';

/** What the extension sends to the drift report, the comparison and the review, of any size. */

/** Losses as a detector finds them: most small, the incoming ones with a second hump. */
function losses(count: number, drifted: number): number[] {
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  const all = Array.from({ length: count }, (_, at) =>
    Math.abs(at < drifted * count ? 40 + 6 * normal() : 18 + 5 * normal()),
  );
  return all.sort((a, b) => a - b);
}

/** Of a table: no pictures, and names of features. */
export function stubTableReport(samples: number) {
  const report = stubReport(samples);
  const names = ['temperature', 'a column with a very long name', ...Array.from({ length: 18 }, (_, at) => `x${at}`)];
  const critical = names.map((_, at) => 3 / (at + 1));
  const others = names.map((_, at) => 0.4 / (at + 1));
  return { ...report, losses: { ...report.losses, features: { names, width: 0, height: 0, critical, others } } };
}

export function stubReport(samples: number) {
  const test = losses(samples, 0.4);
  const shown = test
    .filter((_, at) => at % Math.max(1, Math.floor(samples / 240)) === 0)
    .map((loss, at) => ({ id: `s${at}`, loss, critical: loss > 38 && at % 3 === 0, anomalous: loss > 24 }));
  const trial = (high: number, thresholdLow: number, thresholdHigh: number) => ({
    high,
    low: Number((1 - high).toFixed(1)),
    thresholdLow,
    thresholdHigh,
    count: test.filter((loss) => loss < thresholdLow || loss > thresholdHigh).length,
  });
  return {
    type: 'report',
    key: 'file:///w',
    step: 'drift@inference',
    run: '20260102-030405-a1b2c3',
    node: 'drift',
    workflow: 'digits',
    file: 'digits.scanflow',
    at: '2026-01-02T03:04:05.000Z',
    trials: [trial(0.8, 13.5, 22.4), trial(0.7, 15.2, 20.7)],
    pValue: 1.2e-9,
    drifted: true,
    score: 'reconstruction loss',
    wanted: 100,
    losses: {
      train: losses(Math.max(10, samples), 0),
      reference: losses(Math.max(10, samples / 4), 0),
      test,
      totals: { train: Math.max(10, samples), reference: Math.max(10, samples / 4), test: samples },
      shown,
      features: {
        names: [],
        width: 28,
        height: 28,
        critical: Array.from({ length: 784 }, (_, at) => Math.exp(-(((at % 28) - 14) ** 2 + (at / 28 - 14) ** 2) / 40)),
        others: Array.from({ length: 784 }, (_, at) => 0.2 * Math.exp(-(((at % 28) - 14) ** 2) / 60)),
      },
    },
    byClass: [
      { label: '7', count: 12, loss: 44.1, losses: Array.from({ length: 12 }, (_, at) => 38.5 + at) },
      { label: 'a very long name', count: 9, loss: 40.3, losses: Array.from({ length: 9 }, (_, at) => 38.3 + at / 2) },
    ],
    writable: true,
    task: 't-1',
  };
}

export const stubPast = (runs: number) => ({
  type: 'past',
  runs: Array.from({ length: runs }, (_, at) => ({
    run: at === runs - 1 ? '20260102-030405-a1b2c3' : `202601${10 + at}-040506-ffff${at}0`,
    at: '2026-01-02T03:04:05.000Z',
    pValue: at === 0 ? 0.4 : 1e-6,
    share: 0.2 + 0.1 * at,
    low: 13.5,
    high: 22.4,
    losses: losses(400, 0.1 * at),
  })),
});

export function stubRuns(count: number, rows = 6) {
  const runs = Array.from({ length: count }, (_, at) => ({
    summary: {
      run: `202601${10 + at}-040506-ffff${at}0`,
      state: at === 1 ? 'waiting' : 'succeeded',
      file: 'digits.scanflow',
      workflow: 'digits',
      runtime: 'process',
      phases: ['training', 'inference'],
      parameters: {
        critical: 100,
        epochs: 3 + at,
        ...Object.fromEntries(Array.from({ length: rows }, (_, row) => [`p${row}`, row * at])),
      },
      startedAt: `2026-01-${10 + at}T04:05:06.000Z`,
      endedAt: `2026-01-${10 + at}T04:06:${11 + at}.000Z`,
      nodes: ['model', 'trial', 'score'].map((node) => ({
        name: `${node}@training`,
        state: at === 1 ? 'cached' : 'succeeded',
      })),
      metrics: { score: { accuracy: 0.95 + 0.01 * at, loss: 0.2 - 0.03 * at }, drift: { p_value: 0.5 / (at + 1) } },
      tasks: [],
      models: [],
      fault: null,
    },
    steps: ['model', 'trial'].map((node) => ({
      step: `${node}@training`,
      node,
      branch: null,
      program: 'scanflow/classifier',
      parameters: { epochs: node === 'model' ? 3 + at : 1 },
      command: [],
      env: {},
    })),
    curves: [
      {
        node: 'model',
        metric: 'training_loss',
        points: Array.from({ length: 20 }, (_, step) => ({ step, value: Math.exp(-step / (4 + at)), at: 0 })),
      },
    ],
    pictures: [
      {
        name: 'plot@training.picture',
        url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      },
    ],
  }));
  return { type: 'runs', key: 'file:///w', runs };
}

/** A training that learns by heart, its versions, and a metric that became no number. */
export function stubCurves(points = 30, state = 'running') {
  const curve = (node: string, metric: string, valueAt: (step: number) => number) => ({
    ...{ node, phase: 'training', metric },
    points: Array.from({ length: points }, (_, at) => ({ step: at + 1, value: valueAt(at), at: 0 })),
  });
  const curves = ['0.1', '0.01'].flatMap((rate, version) => [
    curve(`model[lr=${rate}]`, 'training_loss', (at) => 0.7 * Math.exp(-at / (8 + 6 * version))),
    curve(`model[lr=${rate}]`, 'validation_loss', (at) => 0.7 * Math.exp(-at / 9) + 0.01 * (at + version)),
  ]);
  return {
    ...{ type: 'curves', key: 'file:///w', run: '20260102-030405-a1b2c3', node: null, workflow: 'digits' },
    ...{ startedAt: '2026-01-02T03:04:05.000Z', state },
    curves: [
      ...curves,
      curve('denoiser', 'a metric with a very long name of its own', (at) => (at > points / 2 ? Number.NaN : at)),
      curve('trainer/candidate/model', 'validation_accuracy', (at) => 1 - Math.exp(-at / 5)),
    ],
  };
}

export function stubReview(state: 'waiting' | 'promoted' | 'rejected' = 'waiting', earlier = 3, by = 'ana') {
  return {
    type: 'review',
    key: 'file:///w',
    current: true,
    review: {
      decision: exampleDecision({
        state,
        heldBack: { champion: 0.61, candidate: 0.83 },
        test: { champion: 0.9812, candidate: 0.979 },
        reason: 'It gains 0.22 on the held-back labels and loses 0.0022 on the test data.',
        by: state === 'waiting' ? null : by,
        at: state === 'waiting' ? null : '2026-01-02T03:04:05.000Z',
      }),
      workflow: 'digits',
      file: 'digits.scanflow',
      run: '20260102-030405-a1b2c3',
      changes: ['the feedback joins the data at model.data, each sample counts 5'],
      labels: { answered: 100, skipped: 3, again: 5, same: 4, by: ['ana', 'Robert "><script>'], heldBack: null },
      scores: [
        { on: 'test', node: 'score', metric: 'accuracy', champion: 0.9812, candidate: 0.979 },
        { on: 'held-back', node: 'score', metric: 'accuracy', champion: 0.61, candidate: 0.83 },
        { on: 'test', node: 'score', metric: 'f1', champion: 0.98, candidate: 0.9788 },
      ],
      models: [
        {
          name: 'digits/model.model',
          champion: '1',
          candidate: '2',
          run: '20260102-030405-a1b2c3',
          step: 'trainer/candidate/model@training',
        },
      ],
      earlier: Array.from({ length: earlier }, (_, at) => ({
        decision: `d-0${at}`,
        state: at % 2 === 0 ? 'promoted' : 'rejected',
        at: '2026-01-01T03:04:05.000Z',
        labels: 25 * (at + 1),
        gain: 0.02 * at - 0.01,
        metric: 'score.accuracy',
        threshold: 0,
      })),
    },
  };
}

/** Losses cross as the extension sends them: as numbers of four bytes. */
export async function sendNumbers(webview: WebviewPage, message: object): Promise<void> {
  await webview.page.evaluate((plain) => {
    interface Lists {
      [name: string]: unknown;
    }
    const numbers = (lists: Lists, names: string[]) => {
      for (const name of names) lists[name] = Float32Array.from(lists[name] as number[]);
    };
    const data = plain as Lists & { losses?: Lists & { features: Lists }; type: string; runs?: Lists[] };
    if (data.type === 'report' && data.losses) {
      numbers(data.losses, ['train', 'reference', 'test']);
      numbers(data.losses.features, ['critical', 'others']);
    }
    if (data.type === 'past') for (const run of data.runs ?? []) numbers(run, ['losses']);
    window.dispatchEvent(new MessageEvent('message', { data }));
  }, message);
}
