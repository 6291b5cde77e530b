import type { BoundKeys } from '../key-text';
import { t } from '../words';

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** All key bindings of the labeling view and the finder; a test compares them with the manifest's. */
export const LABELING_KEYS: BoundKeys[] = [
  {
    bound: { labelSample: [...DIGITS.map((digit) => `[Digit${digit}]`), ...DIGITS.map((digit) => `[Numpad${digit}]`)] },
    shown: '1 … 9, 0',
    what: t('The class or clean sample with this number'),
  },
  {
    bound: { labelSample: DIGITS.map((digit) => `shift+[Digit${digit}]`) },
    shown: '⇧ 1 … ⇧ 0',
    what: t('Those from 11 to 20'),
  },
  { bound: { acceptSuggestion: ['enter'] }, what: t('What is suggested, where it is shown; the nearest clean sample') },
  { bound: { skipSample: ['s'] }, what: t('Skip: nobody can say') },
  { bound: { skipWithReason: ['shift+s'] }, what: t('Skip, and say why') },
  { bound: { flagSample: ['f'] }, what: t('Flag for a second look') },
  { bound: { undoLabel: ['u', 'ctrl+z'] }, what: t('Undo: the last sample is at hand again') },
  { bound: { redoLabel: ['ctrl+shift+z'] }, what: t('Redo') },
  { bound: { previousSample: ['left'], nextSample: ['right'] }, what: t('The sample before, the next one') },
  { bound: { cycleView: ['i'] }, what: t('Original, reconstruction, error, overlay') },
  { bound: { revealSeverity: ['p'] }, what: t('Show how severe it is, and what is suggested') },
  { bound: { toggleGrid: ['g'] }, what: t('All samples as a grid') },
  { bound: { noTwin: ['n'] }, what: t('Finder: none of the clean samples is its twin') },
  { bound: { widenCandidates: ['w'] }, what: t('Finder: more clean samples') },
  { bound: { sameClass: ['l'] }, what: t('Finder: only those of the best one’s class') },
  { bound: { labelingKeys: ['shift+/'] }, what: t('These keys') },
];
