import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { serve } from '../../engine/host';
import { type Answers, type FakeEngine, fakeEngine, fakeStep } from '../../engine/host/fake-engine';
import type { Decision, ModelRow, TaskDetail } from '../../engine/protocol';
import { exampleDecision, exampleSample, insertOf } from '../../engine/protocol/examples';
import { writeNpz } from '../../nodes/data/npz';
import { FAKE_REPORT, fakeInspection } from './fake-report';

export const WORKFLOW = `scanflow: 1
name: digits
description: A digit classifier that asks a person.

labels: { nodes: [modeling, serving, evaluation], edges: [training, inference] }

parameters:
  critical: { type: integer, default: 10, minimum: 1, description: How many samples a person labels }

sources:
  clean: data/train.npz
  test: data/test.npz
  incoming: { path: incoming, watch: true }

executors:
  train:
    command: [python, -m, train, --data, $(inputs.data), --out, $(outputs.model)]
    inputs: { data: dataset }
    outputs: { model: { type: model, path: model.pkl } }
  predict:
    command: [python, -m, predict, $(inputs.model), $(inputs.data), $(outputs.y)]
    inputs: { model: model, data: dataset }
    outputs: { y: { type: predictions, path: y.csv } }

nodes:
  model: { executor: train, label: modeling }
  trial: { executor: predict, label: evaluation }
  live: { executor: predict, label: serving }
  score: { uses: scanflow/evaluator, label: evaluation }
  drift: { uses: scanflow/drift-detector, with: { n_critical: $(critical) } }
  labeler: { uses: scanflow/human-labeler, with: { classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] } }
  trainer:
    uses: scanflow/model-trainer
    improves: model.data
    metric: { name: score.accuracy, on: sources.test, goal: maximize }
    approval: manual

workflows:
  offline: { order: sequential, nodes: [model, trial, score] }

edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.test -> trial.data [training]
  - sources.test -> score.truth [training]
  - trial.y -> score.predictions [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
  - sources.clean -> drift.train [inference]
  - sources.incoming -> drift.test [inference]
  - drift.critical -> labeler.data [inference]
  - { from: labeler.feedback, to: trainer.feedback, label: inference, via: tracker }
`;

export const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

export interface FakeWorkspace {
  folder: string;
  engine: FakeEngine;
  /** What was answered so far. */
  answers: Map<string, string | null>;
  /** A task that waits, from now on. */
  ask(): void;
  /** Another, that asks for the clean twin of each sample. */
  askToFind(): void;
  decision: Decision;
  /** The candidate waits, from now on. */
  propose(): void;
  /** Kills the engine's door. */
  close(): Promise<void>;
  open(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A folder with a workflow, data and an engine that runs nothing and answers as one would, over the real socket.
 *
 * @param more Answers for single requests, in place of these.
 */
export async function fakeWorkspace(samples = 10, more: Answers = {}): Promise<FakeWorkspace> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-workspace-'));
  await mkdir(path.join(folder, '.scanflow/runs'), { recursive: true });
  await writeFile(path.join(folder, 'digits.scanflow'), WORKFLOW);
  // What the workflow's sources name: nothing reads it.
  for (const name of ['data', 'incoming']) await mkdir(path.join(folder, name));
  for (const name of ['train', 'test']) await writeFile(path.join(folder, `data/${name}.npz`), '');
  const ids = Array.from({ length: samples }, (_, at) => `sample-${at}`);
  await writeFile(path.join(folder, '.scanflow/critical.npz'), picturesOf(ids));
  await writeFile(path.join(folder, '.scanflow/clean.npz'), picturesOf(ids.map((_, at) => `clean-${at}`)));
  await writeFile(path.join(folder, '.scanflow/inspection.npz'), fakeInspection());
  await writeFile(path.join(folder, '.scanflow/report.json'), JSON.stringify(FAKE_REPORT));
  const answers = new Map<string, string | null>();
  let finding = false;
  let asking = false;
  const decision = exampleDecision({
    id: 'decision-1',
    heldBack: { champion: 0.61, candidate: 0.83 },
    test: { champion: 0.98, candidate: 0.979 },
    reason: 'It gains 0.22 on the held-back labels and loses 0.001 on the test data.',
  });
  let proposed = false;
  const flagged = new Set<string>();
  const task = (): TaskDetail => ({
    id: finding ? 'task-2' : 'task-1',
    kind: finding ? 'find' : 'label',
    title: finding ? 'Find the clean samples' : 'Label the critical samples of drift',
    run: 'r1',
    node: 'labeler@inference',
    workflow: 'digits',
    classes: finding ? [] : CLASSES,
    open: samples - answers.size,
    answered: [...answers.values()].filter((answer) => answer !== null).length,
    skipped: [...answers.values()].filter((answer) => answer === null).length,
    createdAt: '2026-01-02T03:04:05.000Z',
    decision: null,
    data: '.scanflow/critical.npz',
    clean: finding ? '.scanflow/clean.npz' : null,
    items: ids.map((id) =>
      exampleSample(id, {
        severity: 0.31,
        answer: answers.get(id) ?? null,
        skipped: answers.has(id) && answers.get(id) === null,
        flagged: flagged.has(id),
      }),
    ),
    done: [],
    undone: [],
  });
  const own: Answers = {
    tasks: () => [
      ...(asking ? [task()] : []),
      ...(proposed && decision.state === 'waiting'
        ? [
            {
              ...task(),
              id: decision.id,
              kind: 'authorise' as const,
              title: 'Authorise the candidate of trainer',
              decision,
            },
          ]
        : []),
    ],
    task,
    flag: ({ task: id, ids: marked, on }) => {
      for (const one of marked) on ? flagged.add(one) : flagged.delete(one);
      return { task: id, flagged: flagged.size };
    },
    answer: ({ task: id, answers: given, open = [], close = false }) => {
      for (const one of open) answers.delete(one);
      for (const [sample, answer] of Object.entries(given)) answers.set(sample, answer);
      const closed = close || answers.size === samples;
      if (closed) asking = false;
      return {
        task: id,
        accepted: Object.keys(given).length,
        open: samples - answers.size,
        closed,
        run: closed ? 'r1' : null,
      };
    },
    logs: ({ node }) => [
      { node: node ?? 'model@training', attempt: 1, text: 'epoch 1\nTraceback: no such file train.py\n' },
    ],
    models: (): ModelRow[] =>
      proposed
        ? [
            {
              name: 'digits/model.model',
              file: null,
              record: [],
              improvement: decision.state === 'promoted' ? { 'score.accuracy': 0.22 } : {},
              versions: [
                version('1', decision.state === 'promoted' ? null : 'champion', null),
                version('2', decision.state === 'promoted' ? 'champion' : 'candidate', decision),
              ],
            },
          ]
        : [],
    outputs: ({ run, node }) =>
      ['inspection', 'report'].map((port) => ({
        step: node ?? 'drift@inference',
        port,
        type: 'file',
        digest: run,
        kind: 'file',
        bytes: 1,
        path: `.scanflow/${port === 'report' ? 'report.json' : 'inspection.npz'}`,
      })),
    // Each run trained for longer.
    parameters: ({ run }) => [
      {
        step: 'model@training',
        node: 'model',
        branch: null,
        program: 'train',
        parameters: { epochs: 2 + Number(run.slice(1)) },
        command: ['python', 'train.py'],
        env: {},
      },
    ],
    decisions: () => (proposed ? [decision] : []),
    // What is promoted here also puts a denoiser before the model.
    revisions: () =>
      proposed && decision.state === 'promoted'
        ? [
            {
              decision: decision.id,
              improver: 'trainer',
              workflow: 'digits',
              file: 'digits.scanflow',
              needs: { ports: ['model.data', 'trial.data'], nodes: [], executors: [] },
              inserts: [insertOf('trial.data')],
              sets: [],
            },
          ]
        : [],
    review: () => ({
      decision,
      workflow: 'digits',
      file: 'digits.scanflow',
      run: 'r1',
      changes: ['the feedback joins the data at model.data'],
      labels: { answered: samples, skipped: 0, again: 0, same: 0, by: ['ana'], heldBack: null },
      scores: [],
      models: [
        {
          name: 'digits/model.model',
          champion: '1',
          candidate: '2',
          run: 'r1',
          step: 'trainer/candidate/model@training',
        },
      ],
      earlier: [],
    }),
    promote: ({ reason = '' }) =>
      Object.assign(decision, { state: 'promoted', reason, by: 'ana', at: '2026-01-02T03:04:05.000Z' }),
    reject: ({ reason = '' }) => Object.assign(decision, { state: 'rejected', reason }),
  };
  const engine = fakeEngine({ ...own, ...more });
  let host = await serve(engine, { workspace: folder, version: '0.1.0' });
  return {
    folder,
    engine,
    answers,
    decision,
    ask: () => {
      asking = true;
    },
    askToFind: () => {
      answers.clear();
      finding = true;
      asking = true;
    },
    propose: () => {
      proposed = true;
    },
    close: () => host.dispose(),
    open: async () => {
      host = await serve(engine, { workspace: folder, version: '0.1.0' });
    },
    async dispose() {
      await host.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The steps of the workflow's training phase, all in one state. */
export const trainingSteps = (state: Parameters<typeof fakeStep>[1]) =>
  ['model', 'trial', 'score'].map((node) => fakeStep(`${node}@training`, state));

function version(number: string, alias: 'champion' | 'candidate' | null, decision: Decision | null) {
  return {
    name: 'digits/model.model',
    version: number,
    alias,
    state: alias ?? ('archived' as const),
    decision,
    run: 'r1',
    step: 'model@training',
    path: '',
    createdAt: '2026-01-02T03:04:05.000Z',
  };
}

/** Pictures of 28 by 28 that are told apart at a glance: a bar for each. */
function picturesOf(ids: string[]): Uint8Array {
  const x = new Uint8Array(ids.length * 784);
  for (let at = 0; at < ids.length; at++) {
    for (let y = 3; y < 25; y++) for (let bar = 0; bar <= at % 10; bar++) x[at * 784 + y * 28 + 3 + 2 * bar] = 255;
  }
  return writeNpz(
    new Map([
      ['x', { type: 'uint8', shape: [ids.length, 28, 28], values: x }],
      ['id', { type: 'text', shape: [ids.length], values: ids }],
    ]),
  );
}
