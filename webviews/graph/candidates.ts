import type { CandidateMark } from '../../extension/messages';
import { gainFigure } from '../../extension/messages/gain';
import { t } from '../words';

const SIGNS: Record<CandidateMark['state'], string> = {
  waiting: '?',
  promoted: '✓',
  rejected: '✗',
  'rolled-back': '↶',
};

/** Beside the way back of an improver: `? v7 +0.018`. */
export const markOf = ({ version, gain, state }: CandidateMark): string =>
  `${SIGNS[state]} v${version} ${gainFigure(gain)}`;

/** The same in a sentence. */
export function sayCandidate({ version, gain, state }: CandidateMark): string {
  const said = gainFigure(gain);
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
