import { t } from '../words';
import { append, drawn } from './elements';
import { buildLegend } from './legend';
import { buildReplay, type ReplayHands } from './replay';
import { wordOfRun } from './states';

/** What a person does in the bar above the graph. */
export interface ToolbarHands extends ReplayHands {
  search(text: string): void;
  next(step: 1 | -1): void;
  leaveSearch(): void;
  hops(count: number): void;
  leaveFocus(): void;
  togglePhase(phase: string): void;
  chooseRun(): void;
  lock(): void;
  press(tool: Tool): void;
}

export type Tool = 'add' | 'zoomOut' | 'zoomIn' | 'fit' | 'export';

export interface Toolbar {
  /** Where the graph is drawn. */
  stage: HTMLElement;
  /** Says things to a screen reader. */
  live: HTMLElement;
  show(name: string, phases: string[], hidden: ReadonlySet<string>, locked: boolean): void;
  /** @param stale It ran another text than there is now. */
  run(run: string | null, state: string, past: boolean, stale: boolean): void;
  replay: ReturnType<typeof buildReplay>['show'];
  /** Above the graph: what is wrong, or what is to be done next. */
  say(text: string): void;
  /** In place of the graph. */
  empty(text: string): void;
  /** Which of how many; null: nothing was looked for. */
  found(at: number, count: number | null): void;
  /** What the graph is dimmed around; null: nothing. */
  focus(name: string | null, hops: number | null): void;
  focusSearch(): void;
  clearSearch(): void;
  hideSigns(): void;
}

const ICONS: Record<Tool, [string, string]> = {
  add: ['M8 3v10M3 8h10', t('Add a node')],
  zoomOut: ['M7 3.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM9.500 9.500 13.500 13.500M5.500 7h3', t('Zoom out')],
  zoomIn: [
    'M7 3.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM9.500 9.500 13.500 13.500M5.500 7h3M7 5.500v3',
    t('Zoom in'),
  ],
  fit: ['M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10', t('Fit the graph')],
  export: ['M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11', t('Export the graph')],
};
const LOCK = 'M4 7.500h8v6H4zM5.500 7.500V5a2.500 2.500 0 0 1 5 0v2.500';
const KEY =
  'M6 6a2 2 0 1 1 2.700 1.900c-.5.2-.7.6-.7 1.100v.5M8 11.800v.4M8 1.800a6.200 6.200 0 1 1 0 12.400A6.200 6.200 0 0 1 8 1.800z';

/** The panel's frame: name, run, phases, search, tools; the stage below. */
export function buildToolbar(main: HTMLElement, hands: ToolbarHands): Toolbar {
  const header = append(main, 'header');
  const title = append(header, 'h1');
  title.textContent = t('Graph');
  const run = append(header, 'button', 'run-state');
  run.addEventListener('click', hands.chooseRun);
  run.hidden = true;
  const legend = append(header, 'div', 'legend');
  legend.setAttribute('role', 'group');
  legend.setAttribute('aria-label', t('Phases'));
  const focus = buildFocus(header, hands);
  const tools = append(header, 'div', 'tools');
  const search = buildSearch(tools, hands);
  for (const [tool, [icon, name]] of Object.entries(ICONS)) {
    iconButton(tools, icon, name).addEventListener('click', () => hands.press(tool as Tool));
  }
  const lock = iconButton(tools, LOCK, t('Keep this workflow, whatever is edited'));
  lock.addEventListener('click', hands.lock);
  const key = iconButton(tools, KEY, t('Signs and keys'));
  const replay = buildReplay(header, hands);
  const banner = append(main, 'div', 'banner');
  banner.setAttribute('role', 'status');
  const stage = append(main, 'div', 'stage');
  const signs = buildLegend(stage);
  key.setAttribute('aria-expanded', 'false');
  key.setAttribute('aria-controls', signs.id);
  const showSigns = (on: boolean) => {
    signs.hidden = !on;
    key.setAttribute('aria-expanded', String(on));
  };
  key.addEventListener('click', () => showSigns(Boolean(signs.hidden)));
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || signs.hidden) return;
      event.stopPropagation();
      if (signs.contains(document.activeElement)) key.focus();
      showSigns(false);
    },
    true,
  );
  const empty = append(stage, 'div', 'empty');
  const live = append(stage, 'div', 'unseen');
  live.setAttribute('aria-live', 'polite');
  return {
    stage,
    live,
    show(name, phases, hidden, locked) {
      title.textContent = name || t('Graph');
      lock.setAttribute('aria-pressed', String(locked));
      // The same buttons for the same phases: one of them may have the keyboard.
      const named = JSON.stringify(phases);
      if (legend.dataset.phases !== named) {
        legend.dataset.phases = named;
        legend.replaceChildren(...phases.map((phase, at) => phaseButton(phase, at, hands.togglePhase)));
      }
      for (const [at, button] of [...legend.children].entries()) {
        button.setAttribute('aria-pressed', String(!hidden.has(phases[at]!)));
      }
    },
    run(id, state, past, stale) {
      const word = wordOfRun(state);
      run.hidden = id === null;
      run.textContent = stale
        ? t('From run {0}: {1}', id ?? '', word)
        : past
          ? t('Former run: {0}', word)
          : t('Run: {0}', word);
      const title = t('{0}. Choose another run to be shown.', id ?? '');
      run.title = stale ? `${t('The workflow has changed since.')} ${title}` : title;
      run.classList.toggle('past', past || stale);
    },
    replay: replay.show,
    say: (text) => {
      banner.textContent = text;
    },
    empty: (text) => {
      empty.textContent = text;
    },
    found: search.found,
    focus: focus.show,
    focusSearch: search.focus,
    clearSearch: search.clear,
    hideSigns: () => showSigns(false),
  };
}

/** How far around a node the graph is lit. Shown only while it is dimmed. */
function buildFocus(header: HTMLElement, hands: ToolbarHands) {
  const box = append(header, 'div', 'focus-range');
  box.hidden = true;
  const name = append(box, 'label');
  const range = append(box, 'input');
  range.type = 'range';
  range.min = '1';
  range.max = '6';
  range.id = 'hops';
  name.htmlFor = 'hops';
  range.addEventListener('input', () => hands.hops(Number(range.value)));
  const leave = append(box, 'button');
  leave.textContent = t('Show all');
  leave.addEventListener('click', hands.leaveFocus);
  return {
    show(around: string | null, hops: number | null) {
      box.hidden = around === null;
      range.hidden = hops === null;
      name.textContent = hops === null ? (around ?? '') : t('{0} around {1}', hops, around ?? '');
      if (hops !== null) range.value = String(hops);
    },
  };
}

function buildSearch(tools: HTMLElement, hands: ToolbarHands) {
  const search = append(tools, 'input');
  search.type = 'search';
  search.placeholder = t('Find nodes');
  search.setAttribute('aria-label', t('Find nodes'));
  const count = append(tools, 'span', 'count');
  count.setAttribute('role', 'status');
  search.addEventListener('input', () => hands.search(search.value));
  search.addEventListener('keydown', ({ key, shiftKey }) => {
    if (key === 'Escape') {
      search.value = '';
      hands.search('');
      hands.leaveSearch();
    } else if (key === 'Enter') hands.next(shiftKey ? -1 : 1);
    else if (key === 'ArrowDown') hands.leaveSearch();
  });
  return {
    focus: () => search.focus(),
    clear() {
      search.value = '';
      count.textContent = '';
    },
    found(at: number, many: number | null) {
      const said = many === null ? '' : many === 0 ? t('none') : t('{0} of {1}', at + 1, many);
      // A screen reader hears it anew each time that it is written.
      if (count.textContent !== said) count.textContent = said;
    },
  };
}

function iconButton(parent: HTMLElement, icon: string, name: string): HTMLButtonElement {
  const button = append(parent, 'button', 'tool');
  button.append(drawn(icon));
  button.title = name;
  button.setAttribute('aria-label', name);
  return button;
}

function phaseButton(phase: string, at: number, toggle: (phase: string) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.title = t('Dim or show the edges of {0}', phase);
  const sample = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  sample.setAttribute('viewBox', '0 0 26 10');
  sample.setAttribute('class', `line phase-${at % 3}`);
  sample.setAttribute('aria-hidden', 'true');
  for (const [kind, path] of [
    ['drawn', 'M1,5H18'],
    ['end', 'M25,5L17,1L17,9Z'],
  ]) {
    const part = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    part.setAttribute('class', kind!);
    part.setAttribute('d', path!);
    sample.append(part);
  }
  button.append(sample, phase);
  button.addEventListener('click', () => {
    toggle(phase);
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  });
  return button;
}
