import type { NodeStatus } from '../../extension/messages';

type State = NodeStatus['state'];

/** Groups of states that share a colour; the sign and the word tell them apart. */
const TONES: Record<State, 'well' | 'ill' | 'busy' | 'asks' | 'idle'> = {
  pending: 'idle',
  blocked: 'idle',
  queued: 'idle',
  preparing: 'busy',
  running: 'busy',
  waiting: 'asks',
  succeeded: 'well',
  cached: 'well',
  supplied: 'well',
  skipped: 'idle',
  failed: 'ill',
  'timed-out': 'ill',
  'out-of-memory': 'ill',
  cancelled: 'idle',
  lost: 'ill',
};

const SIGNS: Record<State, string> = {
  pending: '○',
  blocked: '◌',
  queued: '…',
  preparing: '◔',
  running: '▶',
  waiting: '?',
  succeeded: '✓',
  cached: '↺',
  supplied: '⇢',
  skipped: '–',
  failed: '✗',
  'timed-out': '⧖',
  'out-of-memory': '▣',
  cancelled: '■',
  lost: '¿',
};

export const toneOf = (state: State) => TONES[state];
export const signOf = (state: State) => SIGNS[state];
