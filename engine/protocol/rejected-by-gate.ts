import type { Decision } from './run';

/** A rejection that nobody but the gate has put their name to: a person may still reject, so that its labels are not tried again. */
export const isRejectedByGate = ({ state, by }: Pick<Decision, 'state' | 'by'>): boolean =>
  state === 'rejected' && by === 'gate';
