import { keysOf } from '../key-text';
import { t } from '../words';
import { append, drawn } from './elements';
import { GLYPHS } from './glyphs';
import { GRAPH_KEYS } from './key-table';
import { STATES, signOf, wordOf } from './states';

const KINDS = {
  source: t('source: data from outside'),
  task: t('executor: a program of yours, or a built-in one'),
  checker: t('checker: finds what deviates'),
  improver: t('improver: proposes a better model'),
  tracker: t('tracker: records'),
} as const;

const NATURES: [string, [string, string][]][] = [
  [t('symbolic node: square corners'), [['body', 'M2,2H30V16H2Z']]],
  [
    t('learning node: round corners and a dot'),
    [
      ['body', 'M7,2H25A5,5 0 0 1 30,7V11A5,5 0 0 1 25,16H7A5,5 0 0 1 2,11V7A5,5 0 0 1 7,2Z'],
      ['dot', 'M10,5a2.300,2.300 0 1 0 .01 0Z'],
    ],
  ],
  [t('cut corners: a revision put it there, it is in no text'), [['body', 'M9,2H23L30,8V10L23,16H9L2,10V8Z']]],
];

/** Of the drawing alone: no key bindings. */
const OWN_KEYS: [string, string][] = [
  [t('arrows'), t('Walk: up and down along edges, left and right in the row')],
  [t('Enter, Space'), t('Go to the line; open or close a sub-workflow')],
  ['Esc', t('Close these signs and keys; leave a focus')],
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
  for (const [meaning, parts] of NATURES) row(shape(parts, '0 0 32 18'), meaning);
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
