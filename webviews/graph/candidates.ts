import type { CandidateMark } from '../../extension/messages';
import { t } from '../words';

const SIGNS: Record<CandidateMark['state'], string> = {
  waiting: '?',
  promoted: '✓',
  rejected: '✗',
  'rolled-back': '↶',
};

const points = (gain: number) => `${gain < 0 ? '−' : '+'}${Number(Math.abs(gain).toPrecision(3))}`;

/** Beside the way back of an improver: `? v7 +0.018`. */
export const markOf = ({ version, gain, state }: CandidateMark): string =>
  `${SIGNS[state]} v${version} ${points(gain)}`;

/** The same in a sentence. */
export function sayCandidate({ version, gain, state }: CandidateMark): string {
  const said = points(gain);
  switch (state) {
    case 'waiting':
      return t('candidate v{0} ({1}) waits for you', version, said);
    case 'promoted':
      return t('candidate v{0} ({1}) was promoted', version, said);
    case 'rejected':
      return t('candidate v{0} ({1}) was rejected', version, said);
    case 'rolled-back':
      return t('candidate v{0} ({1}) was rolled back', version, said);
  }
}
