import type {
  Lineage,
  ModelRow,
  QueryRow,
  Review,
  RevisionRow,
  RunSummary,
  TaskDetail,
  TaskRow,
  WatchRow,
} from '../protocol';
import { exampleDecision, insertOf } from '../protocol/examples';

/**
 * One of each thing that the command prints, as docs/protocol.md shows it. Typed by the contract: a field that is added,
 * renamed or dropped does not compile until it is changed here, and the tests don't pass until the page says the same.
 */
export const RUN = '20260102-030405-a1b2c3';
export const sampleStep = {
  attempt: 1,
  exitCode: null,
  startedAt: null,
  endedAt: null,
  reason: null,
  fault: null,
  progress: null,
};

export const sampleDecision = exampleDecision();

export const sampleSummary: RunSummary = {
  run: RUN,
  state: 'waiting',
  file: 'digits/digits.scanflow',
  workflow: 'digits',
  text: '.scanflow/artifacts/objects/3c/3c1a',
  runtime: 'process',
  phases: ['training', 'inference'],
  parameters: { critical: 100 },
  startedAt: '2026-01-02T03:04:05.000Z',
  endedAt: '2026-01-02T03:06:10.000Z',
  nodes: [
    {
      ...sampleStep,
      name: 'model@training',
      state: 'succeeded',
      exitCode: 0,
      startedAt: '2026-01-02T03:04:06.000Z',
      endedAt: '2026-01-02T03:05:00.000Z',
    },
    {
      ...sampleStep,
      name: 'cnn[lr=0.1]@training',
      state: 'failed',
      attempt: 2,
      exitCode: 1,
      startedAt: '2026-01-02T03:04:06.000Z',
      endedAt: '2026-01-02T03:04:30.000Z',
      reason: 'exit code 1',
      fault: {
        code: 'SF3040',
        class: 'failed',
        message: 'cnn[lr=0.1]@training ended with code 1.',
        remedy: 'Read its log.',
      },
    },
    { ...sampleStep, name: 'trainer/candidate/score@training', state: 'cached', attempt: 0 },
  ],
  metrics: { score: { accuracy: 0.9731 }, 'trainer/candidate/score': { accuracy: 0.9812 } },
  tasks: ['t-1'],
  models: [{ name: 'digits/model.model', version: '2', alias: 'candidate', decision: sampleDecision }],
  decisions: ['d-1'],
  fault: null,
};

export const sampleTask: TaskRow = {
  id: 't-1',
  kind: 'label',
  title: 'Label 2 critical samples',
  run: RUN,
  node: 'labeler@inference',
  workflow: 'digits',
  classes: ['0', '1'],
  open: 1,
  answered: 1,
  skipped: 0,
  createdAt: '2026-01-02T03:06:10.000Z',
  decision: null,
};

export const sampleDetail: TaskDetail = {
  ...sampleTask,
  items: [
    {
      id: '9f2c',
      severity: 0.81,
      candidates: [],
      answer: '1',
      skipped: false,
      reason: null,
      flagged: false,
      suggestion: { label: '1', probability: 0.93 },
      look: { seconds: 1.8, blind: true },
      again: '1',
    },
    {
      id: 'a07e',
      severity: null,
      candidates: [],
      answer: null,
      skipped: false,
      reason: null,
      flagged: true,
      suggestion: null,
      look: null,
      again: null,
    },
  ],
  done: [
    {
      at: '2026-01-02T03:10:00.000Z',
      by: 'ada',
      changes: [{ id: '9f2c', before: null, after: { answer: '1', reason: null } }],
    },
  ],
  undone: [],
  data: '.scanflow/artifacts/objects/9f/9f2c',
  clean: null,
};

export const sampleRevision: RevisionRow = {
  decision: '0a1b2c3d4e5f',
  improver: 'denoiser',
  workflow: 'digits',
  file: 'digits/digits.scanflow',
  needs: { ports: ['model.data', 'trial.data'], nodes: [], executors: [] },
  inserts: [insertOf('trial.data')],
  sets: [{ op: 'set', node: 'model', with: { epochs: 5 } }],
};

export const sampleModel: ModelRow = {
  name: 'digits/model.model',
  file: 'digits/digits.scanflow',
  versions: [
    {
      name: 'digits/model.model',
      version: '1',
      alias: 'champion',
      state: 'champion',
      decision: null,
      run: RUN,
      step: 'model@training',
      path: '/home/ada/flows/.scanflow/artifacts/objects/9f/9f2c',
      createdAt: '2026-01-02T03:05:00.000Z',
    },
  ],
  record: [
    {
      decision: 'd-1',
      version: '1',
      state: 'promoted',
      by: 'ada',
      at: '2026-01-02T04:00:00.000Z',
      reason: 'authorised',
      metric: 'score.accuracy',
      before: 0.8,
      after: 0.9,
    },
  ],
  improvement: { 'score.accuracy': 0.1 },
};

export const sampleReview: Review = {
  decision: sampleDecision,
  workflow: 'digits',
  file: 'digits/digits.scanflow',
  run: RUN,
  changes: ['the feedback joins the data at model.data'],
  labels: { answered: 100, skipped: 2, again: 5, same: 5, by: ['ada'], heldBack: 31 },
  scores: [
    { on: 'test', node: 'score', metric: 'accuracy', champion: 0.9731, candidate: 0.9812 },
    { on: 'held-back', node: 'score', metric: 'accuracy', champion: 0.8, candidate: 0.9 },
  ],
  models: [
    { name: 'digits/model.model', champion: '1', candidate: '2', run: RUN, step: 'trainer/candidate/model@training' },
  ],
  earlier: [],
};

export const sampleWatch: WatchRow = {
  file: 'digits/digits.scanflow',
  workflow: 'digits',
  since: '2026-01-02T03:04:05.000Z',
  parameters: {},
  runtime: 'auto',
  sources: [{ name: 'incoming', path: 'incoming', waiting: 2, fault: null }],
  clocks: [{ node: 'drift', every: 3600, next: '2026-01-02T04:04:05.000Z' }],
  run: null,
  last: RUN,
  runs: 1,
  fault: null,
};

export const sampleRow: QueryRow = {
  execution: '0c7f2b6a4d5e4f60a1b2c3d4e5f60718',
  name: 'model@training',
  workflow: 'digits',
  run: RUN,
  step: 'model@training',
  status: 'FINISHED',
  startedAt: '2026-01-02T03:04:06.000Z',
  endedAt: '2026-01-02T03:05:00.000Z',
  params: { lr: '0.1' },
  metrics: { loss: 0.25 },
  tags: { 'scanflow.run': RUN },
  inputs: { data: 'de85f846' },
  outputs: { model: '9f2c' },
  tracker: null,
};

export const sampleLineage: Lineage = {
  thing: 'digits/model.model@champion',
  of: ['9f2c'],
  entities: [
    {
      digest: '9f2c',
      kind: 'file',
      bytes: 421_000,
      names: ['model@training.model'],
      path: '.scanflow/artifacts/objects/9f/9f2c',
      role: 'output',
    },
    {
      digest: 'de85',
      kind: 'file',
      bytes: 9_000_000,
      names: ['sources.clean (data/train.npz)'],
      path: '.scanflow/artifacts/objects/de/de85',
      role: 'source',
    },
  ],
  executions: [
    {
      id: `${RUN}/model@training`,
      run: RUN,
      step: 'model@training',
      node: 'model',
      workflow: 'digits',
      file: 'digits/digits.scanflow',
      startedAt: '2026-01-02T03:04:06.000Z',
      endedAt: '2026-01-02T03:05:00.000Z',
      by: 'ada',
      runtime: 'process',
      environment: 'sha256:1f2e',
      command: ['python', 'train.py'],
      parameters: { lr: 0.1 },
      metrics: { loss: 0.25 },
      exitCode: 0,
      git: { commit: '096864eff0', branch: 'main', repository: 'https://git.example/digits.git', changed: 0 },
      tracked: '0c7f2b6a4d5e4f60a1b2c3d4e5f60718',
      rules: [],
    },
  ],
  used: [{ execution: `${RUN}/model@training`, digest: 'de85', port: 'data' }],
  made: [{ execution: `${RUN}/model@training`, digest: '9f2c', port: 'model' }],
};
