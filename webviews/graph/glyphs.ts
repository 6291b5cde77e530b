import type { Box } from '../../extension/messages';

/** The outline of a node's icon, 16 by 16, by its kind. */
export const GLYPHS: Record<Box['kind'], string> = {
  source: 'M2 4.500a6 2.200 0 0 1 12 0v7a6 2.200 0 0 1-12 0zM2 4.500a6 2.200 0 0 0 12 0',
  task: 'M2.500 3.500h11v9h-11zM6.500 5.800l3.500 2.200-3.500 2.200z',
  tracker: 'M2 13.500h12M3.500 11V8M7 11V4M10.500 11V6.500M14 11V2.500',
  checker:
    'M8 1.500 13.500 4v4c0 3.500-2.500 5.500-5.500 6.500-3-1-5.500-3-5.500-6.500V4zM5.500 8l1.900 1.900 3.300-3.800',
  improver: 'M2 13.500 7 8.500l3 2.500 4.500-6M10.500 4.500h4v4',
};
