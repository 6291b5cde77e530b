import { expect, test } from 'vitest';
import { gutterIcon, STEP_STATES } from './gutter-icons';

const svgOf = (state: (typeof STEP_STATES)[number], theme: 'dark' | 'light') =>
  Buffer.from(gutterIcon(state, theme).split(',')[1]!, 'base64').toString();
const pathOf = (svg: string) => svg.match(/ d="([^"]+)"/)![1];
const colourOf = (svg: string) => svg.match(/stroke="(#\w+)"/)![1]!;

test('every state has a shape of its own, the same in light and dark', () => {
  const shapes = STEP_STATES.map((state) => pathOf(svgOf(state, 'dark')));
  expect(new Set(shapes).size).toBe(STEP_STATES.length);
  expect(STEP_STATES.map((state) => pathOf(svgOf(state, 'light')))).toEqual(shapes);
});

/** Relative luminance, as WCAG has it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

test.each([
  ['dark', '#1f1f1f'],
  ['dark', '#000000'],
  ['light', '#ffffff'],
] as const)('in %s it stands out from %s by more than 4.5 to 1', (theme, ground) => {
  for (const state of STEP_STATES) {
    const [a, b] = [luminance(colourOf(svgOf(state, theme))), luminance(ground)].sort((x, y) => y - x);
    expect((a! + 0.05) / (b! + 0.05), state).toBeGreaterThan(4.5);
  }
});
