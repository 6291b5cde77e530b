import type { RunState, RunSummary, StepState } from '../../protocol';
import type { Palette } from './palette';

/** Sign and tone of each state: told apart by shape, not by colour alone. */
const SIGNS: { [S in StepState]: { sign: string; tone: keyof Palette } } = {
  pending: { sign: '·', tone: 'faint' },
  blocked: { sign: '‖', tone: 'faint' },
  queued: { sign: '·', tone: 'faint' },
  preparing: { sign: '◌', tone: 'active' },
  running: { sign: '▶', tone: 'active' },
  waiting: { sign: '?', tone: 'warning' },
  succeeded: { sign: '✔', tone: 'good' },
  cached: { sign: '≡', tone: 'good' },
  supplied: { sign: '≡', tone: 'faint' },
  skipped: { sign: '–', tone: 'faint' },
  failed: { sign: '✖', tone: 'bad' },
  'timed-out': { sign: '✖', tone: 'bad' },
  'out-of-memory': { sign: '✖', tone: 'bad' },
  cancelled: { sign: '■', tone: 'warning' },
  lost: { sign: '✖', tone: 'bad' },
};

const TONES: { [S in RunState]: keyof Palette } = {
  running: 'active',
  waiting: 'warning',
  succeeded: 'good',
  superseded: 'faint',
  failed: 'bad',
  cancelled: 'warning',
};

export function stepSign(state: StepState, paint: Palette): string {
  const { sign, tone } = SIGNS[state];
  return paint[tone](sign);
}

type Shown = Pick<RunSummary, 'state' | 'interrupted'>;

/** How a run is, in a word. */
export const runWord = ({ state, interrupted }: Shown): string => (interrupted ? 'interrupted' : state);

export function paintedRunWord(run: Shown, paint: Palette): string {
  return paint[run.interrupted ? 'warning' : TONES[run.state]](runWord(run));
}

/** Steps whose line moves while they are in this state. */
export function isActive(state: StepState): boolean {
  return state === 'preparing' || state === 'running';
}

/** Steps that have had their turn: nothing more comes of them by itself. */
export function isSettled(state: StepState): boolean {
  return !isActive(state) && state !== 'pending' && state !== 'blocked' && state !== 'queued';
}
