import type { StepState, StepSummary } from '../../engine/protocol';
import { ownerOf } from './node-of';

/** What a person wants to see first, where a node has several steps: versions, phases. */
const ORDER: readonly StepState[] = [
  'failed',
  'timed-out',
  'out-of-memory',
  'lost',
  'running',
  'preparing',
  'waiting',
  'queued',
  'succeeded',
  'cached',
  'cancelled',
  'supplied',
  'pending',
  'blocked',
  'skipped',
];

/** Of several steps of one node, the one to be shown. */
export function foremost(steps: readonly StepSummary[]): StepSummary {
  return steps.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))[0]!;
}

/** The step that stands for a node of the graph; candidates' steps are not the node's. */
export function stepOf(steps: readonly StepSummary[], node: string): StepSummary | undefined {
  const own = steps.filter(({ name }) => ownerOf(name) === node);
  return own.length === 0 ? undefined : foremost(own);
}
