import { keysOf } from '../key-text';
import { t } from '../words';
import { append, drawn } from './elements';
import { GLYPHS } from './glyphs';
import { GRAPH_KEYS } from './key-table';
import { signOf, wordOf } from './states';

const KINDS = {
  source: t('source: data from outside'),
  task: t('executor: a program of yours, or a built-in one'),
  checker: t('checker: finds what deviates'),
  improver: t('improver: proposes a better model'),
  tracker: t('tracker: records'),
} as const;

const STATES = ['running', 'succeeded', 'cached', 'supplied', 'waiting', 'failed', 'skipped', 'lost'] as const;

const NATURES = {
  'M2,2H30V16H2Z': t('symbolic node: square corners'),
  'M9,2H23A7,7 0 0 1 23,16H9A7,7 0 0 1 9,2Z': t('learning node: round corners and a dot'),
};

/** Of the drawing alone: no key bindings. */
const OWN_KEYS: [string, string][] = [
  [t('arrows'), t('Walk: up and down along edges, left and right in the row')],
  [t('Enter, Space'), t('Go to the line; open or close a sub-workflow')],
];

/** What the signs of the drawing mean and what the keys do, each a list of terms. */
export function buildLegend(parent: HTMLElement): HTMLElement {
  const panel = append(parent, 'section', 'key');
  panel.hidden = true;
  panel.id = 'key';
  panel.setAttribute('aria-label', t('Signs and keys'));
  // Where it is longer than there is room for, it scrolls, and so it can be reached.
  panel.tabIndex = 0;
  let list = listIn(panel, t('Signs'), 'signs');
  const row = (sign: Element | string, meaning: string) => {
    append(list, 'dt').append(sign);
    append(list, 'dd').textContent = meaning;
  };
  for (const [kind, meaning] of Object.entries(KINDS)) row(drawn(GLYPHS[kind as keyof typeof KINDS]), meaning);
  for (const [path, meaning] of Object.entries(NATURES)) row(shape([['body', path]], '0 0 32 18'), meaning);
  row(
    shape([['body', 'M6,2H26L30,6V12L26,16H6L2,12V6Z']], '0 0 32 18'),
    t('cut corners: a revision put it there, it is in no text'),
  );
  row(line('phase-0', 'M1,5H20', 'M27,5L19,1L19,9Z'), t('edge of the first phase'));
  row(line('phase-1', 'M1,5H20', 'M27,5L19,1L19,9Z'), t('edge of the second phase'));
  row(line('phase-any', 'M1,5H20', 'M27,5L19,1L19,9Z'), t('edge of every phase'));
  const mark = line('phase-0', 'M1,5H27', '');
  const circle = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
  for (const [name, value] of Object.entries({ class: 'tracker-mark', cx: '14', cy: '5', r: '3.500' })) {
    circle.setAttribute(name, value);
  }
  mark.append(circle);
  row(mark, t('passes through a tracker; else a volume'));
  row(line('phase-any improves', 'M1,5H20', 'M27,5L19,1L19,9Z'), t('improves: the way back'));
  for (const state of STATES) row(signOf(state), wordOf(state));
  list = listIn(panel, t('Keys'), 'keys');
  for (const keys of GRAPH_KEYS) row(pressed(keysOf(keys)), keys.what);
  for (const [keys, what] of OWN_KEYS) row(pressed(keys), what);
  return panel;
}

function pressed(keys: string): HTMLElement {
  const element = document.createElement('kbd');
  element.textContent = keys;
  return element;
}

function listIn(panel: HTMLElement, title: string, style: string): HTMLElement {
  const part = append(panel, 'div', style);
  append(part, 'h2').textContent = title;
  return append(part, 'dl');
}

function line(style: string, path: string, end: string): SVGSVGElement {
  const sample = shape(
    [
      ['drawn', path],
      ['inner', path],
      ['end', end],
    ],
    '0 0 28 10',
  );
  sample.classList.add('line', ...style.split(' '));
  return sample;
}

function shape(parts: [string, string][], viewBox: string): SVGSVGElement {
  const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  sample.setAttribute('viewBox', viewBox);
  sample.setAttribute('aria-hidden', 'true');
  sample.classList.add('sample');
  for (const [name, path] of parts) {
    const part = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    part.setAttribute('class', name);
    part.setAttribute('d', path);
    sample.append(part);
  }
  return sample;
}
