import type { StepState } from '../../engine/protocol';

type Tone = 'well' | 'ill' | 'busy' | 'asks' | 'idle';

/** Each state's own shape, 16 by 16, so that none is told by its colour alone. */
const SHAPES: Record<StepState, [Tone, string]> = {
  pending: ['idle', 'M8 4.500a3.500 3.500 0 1 0 .01 0Z'],
  blocked: [
    'idle',
    'M8 4.500h.01M10.500 5.500h.01M11.500 8h.01M10.500 10.500h.01M8 11.500h.01M5.500 10.500h.01M4.500 8h.01M5.500 5.500h.01',
  ],
  queued: ['idle', 'M3.500 8h.01M8 8h.01M12.500 8h.01'],
  preparing: ['busy', 'M8 2.500a5.500 5.500 0 1 0 .01 0ZM8 5v3.200h2.600'],
  running: ['busy', 'M5 3.200 12.500 8 5 12.800Z'],
  waiting: ['asks', 'M5.500 6a2.500 2.500 0 1 1 3.600 2.200Q8 8.800 8 10.200M8 12.900h.01'],
  succeeded: ['well', 'M3 8.500 6.500 12 13 4.500'],
  cached: ['well', 'M12.800 9a5 5 0 1 1-1.400-4.500M12 1.500v3.300H8.700'],
  supplied: ['well', 'M2 8h11M9.500 4.500 13 8 9.500 11.500'],
  skipped: ['idle', 'M4 8h8'],
  failed: ['ill', 'M4 4l8 8M12 4l-8 8'],
  'timed-out': ['ill', 'M4 3h8L4 13h8Z'],
  'out-of-memory': ['ill', 'M3 3h10v10H3ZM6.500 6.500h3v3h-3Z'],
  cancelled: ['idle', 'M4.500 4.500h7v7h-7Z'],
  lost: ['ill', 'M8 2.200 13.800 8 8 13.800 2.200 8Z'],
};

/** As `scanflow.succeeded` and the others are in dark and in light themes: a picture in the margin cannot follow a theme's own. */
const COLOURS: Record<Tone, { dark: string; light: string }> = {
  well: { dark: '#73c991', light: '#1a7f37' },
  ill: { dark: '#f48771', light: '#b3261e' },
  busy: { dark: '#4aa5f0', light: '#0062b1' },
  asks: { dark: '#e2b53f', light: '#7a5a00' },
  idle: { dark: '#c5c5c5', light: '#5a5a5a' },
};

/** The picture of a state for the margin of a text, as a data URI. */
export function gutterIcon(state: StepState, theme: 'dark' | 'light'): string {
  const [tone, path] = SHAPES[state];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><path d="${path}" fill="none" stroke="${COLOURS[tone][theme]}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** What the overview ruler shows of a state, in the colours of the theme; null: nothing, for what is as it should be. */
export const rulerColour = (state: StepState): string | null =>
  ({ ill: 'scanflow.failed', asks: 'scanflow.waiting', well: null, busy: null, idle: null })[SHAPES[state][0]];

export const STEP_STATES = Object.keys(SHAPES) as StepState[];
