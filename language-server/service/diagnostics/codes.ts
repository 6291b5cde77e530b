import { fileCodes, type Severity } from '../../../graph';

/**
 * What the language server notices beyond the problems of graph/: what works, but is probably not meant. Each has a page
 * in docs/problems/.
 */
export const hintCodes = {
  SF2401: { title: 'An output that nothing takes', severity: 'hint' },
  SF2402: { title: 'An optional input that nothing gives', severity: 'hint' },
  SF2404: { title: 'A checker with nothing to check', severity: 'warning' },
  SF2406: { title: 'An executor that no node runs', severity: 'hint' },
  SF2407: { title: 'A parameter that nothing uses', severity: 'hint' },
  SF2408: { title: 'A source that nothing takes', severity: 'hint' },
  SF2409: { title: 'A label that nothing has', severity: 'hint' },
  SF2410: { title: 'Held-back feedback that judges nothing', severity: 'warning' },
  ...fileCodes,
} as const satisfies Record<string, { title: string; severity: Severity }>;

export type HintCode = keyof typeof hintCodes;
