import { expect, test } from 'vitest';
import type { Step } from '../plan';
import type { RunRecord } from './run-state';
import { promotedSuccesses } from './successes';

/** A run with these steps, all succeeded under the revision `r1`. */
const ran = (...steps: Partial<Step>[]) =>
  ({
    header: { run: 'run', file: 'f.scanflow' },
    steps: new Map(
      steps.map((step) => {
        const planned = { role: 'execute', history: 'model@training', revisions: 'r0+r1', branch: null, ...step };
        return [
          step.name,
          { step: planned, state: 'succeeded', endedAt: '2026', outputs: new Map(), metrics: new Map(), from: null },
        ];
      }),
    ),
  }) as unknown as RunRecord;

const branch = (name: string, more: Partial<Step> = {}) => ({ name: `${name}/model`, branch: name, ...more });

test.each<[string, Partial<Step>, Partial<Step>[], string[]]>([
  [
    'of the version that was judged, though another proposed the same',
    { version: { w: '1' }, phase: 'training' },
    [branch('better[w=1]/candidate'), branch('better[w=2]/candidate'), branch('better[w=12]/candidate')],
    ['better[w=1]/candidate/model'],
  ],
  [
    'of the phase that was judged',
    { version: {}, phase: 'training' },
    [branch('better@training/candidate'), branch('better@inference/candidate')],
    ['better@training/candidate/model'],
  ],
  [
    'under the revision, and neither of the champion nor for the gate alone',
    { version: {}, phase: 'training' },
    [
      branch('better/candidate'),
      branch('better/champion', { revisions: 'r0' }),
      branch('better/candidate/held-back', { history: null }),
      { name: 'model' },
    ],
    ['better/candidate/model'],
  ],
])('a promotion supplies what was made %s', (_what, gate, steps, expected) => {
  const revision = { id: 'r1', improver: 'better', changes: [] };
  const run = ran({ name: 'gate', role: 'gate', history: null, ...gate }, ...steps);
  const made = promotedSuccesses(run, { step: 'gate', revision });
  expect(made.map(({ step }) => step)).toEqual(expected);
  expect(made.some((success) => 'candidate' in success)).toBe(false);
});
