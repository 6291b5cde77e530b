import { expect, test } from 'vitest';
import { exampleDecision } from '../protocol/examples';
import { type LedgerState, retriedFeedback } from './ledger';
import type { Proposal } from './ledger-entries';

/** Proposals by what was parted for them (`!`: for a graph that is no longer in effect), how they were decided and by whom. */
function rejected(
  ...proposals: [digests: string, state: Proposal['decision']['state'], by: string | null, file?: string][]
) {
  const all = proposals.map(([digests, state, by, file = 'w.scanflow'], at) => {
    const decision = exampleDecision({ id: String(at), state, by });
    const base = digests.includes('!') ? 'another' : '';
    return [String(at), { file, base, decision, feedback: { split: digests.replace('!', '').split('') } }] as const;
  });
  const state = { proposals: new Map(all), promoted: new Map() } as unknown as LedgerState;
  return retriedFeedback(state, 'w.scanflow').feedback.get('split')?.join('') ?? '';
}

test.each([
  ['a', [['a', 'rejected', 'gate']]],
  [
    'abc',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'rejected', 'gate'],
      ['abc', 'rejected', 'gate'],
    ],
  ],
  [
    '',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'promoted', 'gate'],
    ],
  ],
  [
    'c',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'promoted', 'me'],
      ['c', 'rejected', 'gate'],
    ],
  ],
  [
    '',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'waiting', null],
    ],
  ],
  [
    '',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'rejected', 'me'],
    ],
  ],
  [
    '',
    [
      ['a', 'rejected', 'gate'],
      ['ab', 'rolled-back', 'me'],
    ],
  ],
  [
    'a',
    [
      ['a', 'rejected', 'gate'],
      ['a', 'promoted', 'gate', 'other.scanflow'],
    ],
  ],
  [
    'b',
    [
      ['a', 'rejected', 'me'],
      ['ab', 'rejected', 'gate'],
    ],
  ],
  [
    'ab',
    [
      ['a', 'rejected', 'gate'],
      ['ab!', 'waiting', null],
    ],
  ],
] as const)('labels that only the gate turned down are tried again: %j', (expected, proposals) => {
  expect(rejected(...(proposals as unknown as Parameters<typeof rejected>))).toBe(expected);
});
