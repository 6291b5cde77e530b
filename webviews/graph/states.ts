import type { NodeStatus } from '../../extension/messages';
import { t } from '../words';

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
  'timed-out': '⋈',
  'out-of-memory': '▣',
  cancelled: '■',
  lost: '¿',
};

/** As people read them. */
const WORDS: Record<State, string> = {
  pending: t('pending'),
  blocked: t('blocked'),
  queued: t('queued'),
  preparing: t('preparing'),
  running: t('running'),
  waiting: t('waiting'),
  succeeded: t('succeeded'),
  cached: t('cached'),
  supplied: t('supplied'),
  skipped: t('skipped'),
  failed: t('failed'),
  'timed-out': t('timed out'),
  'out-of-memory': t('out of memory'),
  cancelled: t('cancelled'),
  lost: t('lost'),
};

export const STATES = Object.keys(SIGNS) as State[];
export const toneOf = (state: State) => TONES[state];
export const signOf = (state: State) => SIGNS[state];
export const wordOf = (state: State) => WORDS[state];
/** Of a run: all its states but one are those of nodes. */
export const wordOfRun = (state: string) =>
  state === 'superseded' ? t('superseded') : Object.hasOwn(WORDS, state) ? WORDS[state as State] : state;
