import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { REQUESTS } from '../host/contract';
import { fakeEngine } from '../host/fake-engine';
import type { RunEvent, RunState, RunSummary, StepState } from '../protocol';
import { EXIT, PROTOCOL } from '../protocol';
import {
  RUN,
  sampleDecision,
  sampleDetail,
  sampleLineage,
  sampleModel,
  sampleReview,
  sampleRevision,
  sampleRow,
  sampleStep,
  sampleSummary,
  sampleTask,
  sampleWatch,
} from './samples';
import { scanflow, testIo } from './test-io';

/** docs/protocol.md against the code. */
const page = readFileSync(path.join(import.meta.dirname, '../../docs/protocol.md'), 'utf8');

function example(name: string): unknown {
  const [, after = ''] = page.split(`<!-- example: ${name} -->\n\`\`\`json\n`);
  const end = after.indexOf('\n```\n');
  if (end < 0) throw new Error(`docs/protocol.md has no example of ${name}.`);
  return JSON.parse(after.slice(0, end)) as unknown;
}

const compared: { [run: string]: RunSummary } = {
  [RUN]: {
    ...sampleSummary,
    nodes: [{ ...sampleStep, name: 'model@training', state: 'failed' }],
    metrics: { score: { accuracy: 0.5 } },
  },
  '20260102-040405-d4e5f6': {
    ...sampleSummary,
    run: '20260102-040405-d4e5f6',
    parameters: { critical: 200 },
    nodes: [{ ...sampleStep, name: 'model@training', state: 'succeeded' }],
    metrics: { score: { accuracy: 0.75 } },
  },
};

const DIGITS = `scanflow: 1
name: digits
executors:
  train: { command: [train], inputs: { data: dataset } }
sources:
  clean: train.npz
nodes:
  model: { executor: train }
edges:
  - sources.clean -> modle.data
`;

let workspace: string;
beforeAll(() => {
  workspace = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'scanflow-contract-')));
  mkdirSync(path.join(workspace, '.scanflow'));
  writeFileSync(path.join(workspace, 'labels.csv'), 'a07e,0\n');
  writeFileSync(path.join(workspace, 'train.npz'), '');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const engine = (comparing = false) =>
  fakeEngine({
    show: ({ run }) => (comparing ? compared[run]! : sampleSummary),
    settled: () => sampleSummary,
    follow: () => [],
    cancel: ({ run }) => ({ run }),
    runs: () => {
      const { run, workflow, file, state, startedAt, endedAt } = sampleSummary;
      return [{ run, workflow, file, state, startedAt, endedAt }];
    },
    logs: () => [{ node: 'model@training', attempt: 1, text: 'epoch 1/3, loss 0.31\n' }],
    tasks: () => [sampleTask],
    task: () => sampleDetail,
    answer: () => ({ task: 't-1', accepted: 1, open: 0, closed: true, run: RUN }),
    promote: () => ({
      ...sampleDecision,
      state: 'promoted',
      reason: 'authorised',
      by: 'ada',
      at: '2026-01-02T04:00:00.000Z',
    }),
    models: () => [sampleModel],
    revisions: () => [sampleRevision],
    build: () => [{ programs: ['train'], description: 'image scanflow/pip:1f2e', identity: 'sha256:1f2e' }],
    inspect: () => [
      {
        from: 'model@training.model',
        to: 'trial@training.model',
        via: 'volume',
        digest: '9f2c',
        kind: 'folder',
        bytes: 421_000,
        path: '.scanflow/artifacts/objects/9f/9f2c',
      },
    ],
    review: () => sampleReview,
    outputs: () => [
      {
        step: 'drift@inference',
        port: 'report',
        type: 'file',
        digest: '9f2c',
        kind: 'file',
        bytes: 4200,
        path: '.scanflow/artifacts/objects/9f/9f2c',
      },
    ],
    curves: () => [
      {
        node: 'model',
        phase: 'training',
        metric: 'loss',
        points: [
          { step: 0, value: 0.9, at: 1_767_323_045_000 },
          { step: 1, value: 0.4, at: 1_767_323_046_000 },
        ],
      },
    ],
    parameters: ({ run }) => [
      {
        step: 'model@training',
        node: 'model',
        branch: null,
        program: 'train',
        parameters: { epochs: run === RUN ? 3 : 5, lr: 0.1 },
        command: ['train'],
        env: {},
      },
    ],
    explain: () => [
      {
        step: 'model@training',
        key: '5e2f',
        verdict: 'miss',
        run: '20260101-010101-ffffff',
        differs: [{ field: 'with.lr', before: '0.1', after: '0.01' }],
      },
    ],
    images: () => [
      {
        name: 'scanflow/requirements:3f2a',
        id: 'sha256:1f2e',
        made: 'requirements',
        size: 421_000_000,
        createdAt: '2026-01-02T03:04:05.000Z',
        usedBy: [{ of: 'requirements.txt', lastUsed: '2026-01-02T03:06:10.000Z' }],
      },
    ],
    registry: () => [
      {
        name: 'iris',
        versions: [
          {
            version: '1',
            aliases: ['prod'],
            source: 'models:/m-0c7f',
            run: RUN,
            step: 'model@training',
            createdAt: '2026-01-02T03:05:00.000Z',
          },
        ],
      },
    ],
    watch: () => ({ watch: sampleWatch }),
    query: () => [sampleRow],
    lineage: () => sampleLineage,
    tracker: () => ({ uri: 'http://127.0.0.1:40123', token: 'workspace.secret' }),
    closeTracker: ({ uri }) => ({ uri }),
  });

test.each([
  ['show', ['show', RUN]],
  ['runs', ['runs']],
  ['logs', ['logs', RUN]],
  ['cancel', ['cancel', RUN]],
  ['tasks', ['tasks']],
  ['task', ['tasks', 't-1']],
  ['answer', ['answer', 't-1', 'labels.csv']],
  ['promote', ['promote', 'd-1']],
  ['models', ['models']],
  ['registry', ['models', '--registered']],
  ['revisions', ['models', 'revisions']],
  ['inspect', ['inspect', RUN, 'model -> trial']],
  ['review', ['review', 'd-1']],
  ['outputs', ['outputs', RUN]],
  ['curves', ['curves', RUN]],
  ['explain', ['explain', RUN]],
  ['images', ['images']],
  ['compare', ['compare', RUN, '20260102-040405-d4e5f6']],
  ['query', ['query', 'metrics.loss < 1']],
  ['lineage', ['lineage', 'digits/model.model@champion']],
])('the example of %s is what the command prints', async (name, argv) => {
  const { json, out } = await scanflow(testIo(engine(name === 'compare'), workspace), ...argv, '--json');
  expect(out.split('\n')).toHaveLength(2);
  expect(json).toEqual(example(name));
});

test('the example of build is what the command prints', async () => {
  writeFileSync(
    path.join(workspace, 'good.scanflow'),
    'scanflow: 1\nname: good\nnodes: { t: { uses: scanflow/tracker } }\n',
  );
  const { json } = await scanflow(testIo(engine(), workspace), 'build', 'good.scanflow', '--json');
  expect(json).toEqual(example('build'));
});

test('the examples of watch are what the command prints', async () => {
  writeFileSync(
    path.join(workspace, 'good.scanflow'),
    'scanflow: 1\nname: good\nnodes: { t: { uses: scanflow/tracker } }\n',
  );
  const io = testIo(engine(), workspace);
  const { json } = await scanflow(io, 'watch', 'good.scanflow', '--json');
  expect(json).toEqual(example('watch'));
  // It outlives the command.
  expect(io.joined).toEqual([{ workspace, detach: true }]);
  const off = testIo(engine(), workspace);
  expect((await scanflow(off, 'watch', 'good.scanflow', '--off', '--json')).json).toEqual(example('watch'));
  expect(off.joined).toEqual([{ workspace, detach: false }]);
  const armed = [[sampleWatch], [], [sampleWatch], []];
  const watching = fakeEngine({
    watches: () => armed.shift()!,
    show: ({ run }) => ({ ...sampleSummary, run, state: 'failed' }),
  });
  expect((await scanflow(testIo(watching, workspace), 'watch', '--json')).json).toEqual([sampleWatch]);
  const { out } = await scanflow(testIo(watching, workspace), 'watch');
  expect(out).toContain('incoming: incoming (2 new files)');
  expect(out).toContain('drift: every 1 h');
  expect(out).toContain(`1 run so far; the last, ${RUN}, failed`);
});

test('watch says what is watched no longer for its engine is gone, and the command that arms it again', async () => {
  const ended = {
    file: 'my flows/w.scanflow',
    workflow: 'w',
    since: '2026-01-02T03:04:05.000Z',
    ended: '2026-01-02T04:04:05.000Z',
    parameters: { rate: 0.2, text: "it's" },
    runtime: 'process' as const,
    jobs: 2,
  };
  const gone = fakeEngine({ endedWatches: () => [ended] });
  const { out, err, code } = await scanflow(testIo(gone, workspace), 'watch');
  expect(code).toBe(EXIT.done);
  expect(out).toContain('Nothing is watched');
  expect(err).toContain('my flows/w.scanflow is not watched since');
  expect(err).toContain(
    `scanflow watch 'my flows/w.scanflow' -p rate=0.2 -p 'text=it'\\''s' --runtime process --jobs 2 `,
  );
  expect(err).toContain("scanflow watch 'my flows/w.scanflow' --off ");
  const programs = await scanflow(testIo(gone, workspace), 'watch', '--json');
  expect(programs.json).toEqual([]);
  const left = [[ended], []];
  const forgets = fakeEngine({ endedWatches: () => left.shift() ?? [], watch: () => ({ watch: null }) });
  const off = await scanflow(testIo(forgets, workspace), 'watch', 'w.scanflow', '--off');
  expect(off.out).toBe('That w.scanflow was watched until its engine ended is forgotten\n');
});

test('the example of validate is what the command prints', async () => {
  writeFileSync(path.join(workspace, 'digits.scanflow'), DIGITS);
  const { json, code } = await scanflow(testIo(null, workspace), 'validate', 'digits.scanflow', '--json');
  expect(code).toBe(EXIT.failed);
  expect(json).toEqual(example('validate'));
});

test('the example of an error is what the command prints', async () => {
  const { json } = await scanflow(testIo(fakeEngine(), workspace), 'show', 'none', '--json');
  expect(json).toEqual(example('error'));
});

test('the tracker prints where it is in one line, and serves until it is stopped', async () => {
  const client = engine();
  const io = testIo(client, workspace);
  const serving = scanflow(io, 'tracker', '--port', '0', '--json');
  await vi.waitFor(() => expect(io.written.err).toContain('Serving'), { timeout: 20_000, interval: 5 });
  expect(io.written.out.split('\n')).toHaveLength(2);
  expect(JSON.parse(io.written.out)).toEqual(example('tracker'));
  expect(client.asked.map(({ name }) => name)).toEqual(['tracker']);
  io.interrupt();
  expect((await serving).code).toBe(EXIT.done);
  expect(client.asked).toContainEqual({ name: 'closeTracker', parameters: { uri: 'http://127.0.0.1:40123' } });
});

test('every exit code is on the page', () => {
  const section = page.slice(page.indexOf('## Exit codes'), page.indexOf('## The command'));
  const codes = [...section.matchAll(/^\| (\d+) \|/gm)].map((row) => Number(row[1]));
  expect(codes).toEqual(Object.values(EXIT));
});

test('every request and its parameters are on the page, and no other', () => {
  const section = page.slice(page.indexOf('### Requests'), page.indexOf('### Events'));
  const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]*)\|/gm)].map(([, name, parameters]) => [
    name,
    parameters?.trim(),
  ]);
  const expected = Object.entries(REQUESTS).map(([name, shape]) => [
    name,
    Object.entries(shape)
      .map(([parameter, kind]) => `\`${parameter}: ${kind}\``)
      .join(', '),
  ]);
  expect(rows).toEqual(expected);
});

test('every event is on the page, and no other', () => {
  const types: { [T in RunEvent['type']]: true } = {
    planned: true,
    step: true,
    task: true,
    decision: true,
    notice: true,
    state: true,
  };
  const rows = [...page.slice(page.indexOf('### Events')).matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1]);
  expect(rows).toEqual(Object.keys(types));
});

test('every state is on the page', () => {
  const steps: { [S in StepState]: true } = {
    pending: true,
    blocked: true,
    queued: true,
    preparing: true,
    running: true,
    waiting: true,
    succeeded: true,
    cached: true,
    supplied: true,
    skipped: true,
    failed: true,
    'timed-out': true,
    'out-of-memory': true,
    cancelled: true,
    lost: true,
  };
  const runs: { [S in RunState]: true } = {
    running: true,
    waiting: true,
    succeeded: true,
    superseded: true,
    failed: true,
    cancelled: true,
  };
  const listed = (intro: string) => {
    const from = page.indexOf(intro);
    return [...page.slice(from, page.indexOf('\n- ', from)).matchAll(/`([\w-]+)`/g)].map((match) => match[1]);
  };
  expect(listed('States of a step:')).toEqual(Object.keys(steps));
  expect(listed('States of a run:')).toEqual(Object.keys(runs));
});

test('the page speaks of the protocol of this version', () => {
  expect(page).toContain(`\`{ "protocol": ${PROTOCOL}, "token" }\``);
});
