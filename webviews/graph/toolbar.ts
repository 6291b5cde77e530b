/** What a person does in the bar above the graph. */
export interface ToolbarHands {
  search(text: string): void;
  leaveSearch(): void;
  fit(): void;
  zoomBy(factor: number): void;
  export(): void;
  togglePhase(phase: string): void;
}

export interface Toolbar {
  /** Where the graph is drawn. */
  stage: HTMLElement;
  show(name: string, phases: string[], hidden: ReadonlySet<string>): void;
  run(run: string | null, state: string): void;
  /** Above the graph: what is wrong. */
  say(text: string): void;
  /** In place of the graph. */
  empty(text: string): void;
  found(count: number | null): void;
  focusSearch(): void;
}

/** The panel's frame: name, phases, search, zoom; the stage below. */
export function buildToolbar(main: HTMLElement, hands: ToolbarHands): Toolbar {
  const header = append(main, 'header');
  const title = append(header, 'h1');
  title.textContent = 'Graph';
  const run = append(header, 'span', 'run-state');
  const legend = append(header, 'div', 'legend');
  legend.setAttribute('role', 'group');
  legend.setAttribute('aria-label', 'Phases');
  const tools = append(header, 'div', 'tools');
  const search = append(tools, 'input');
  search.type = 'search';
  search.placeholder = 'Find nodes';
  search.setAttribute('aria-label', 'Find nodes');
  search.addEventListener('input', () => hands.search(search.value));
  search.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') {
      search.value = '';
      hands.search('');
    }
    if (key === 'Enter' || key === 'Escape') hands.leaveSearch();
  });
  const tool = (icon: string, name: string, act: () => void) => {
    const button = append(tools, 'button', 'tool');
    button.append(drawn(icon));
    button.title = name;
    button.setAttribute('aria-label', name);
    button.addEventListener('click', act);
  };
  tool('M3 8h10', 'Zoom out', () => hands.zoomBy(0.8));
  tool('M3 8h10M8 3v10', 'Zoom in', () => hands.zoomBy(1.25));
  tool('M2.500 6V2.500H6M10 2.500h3.500V6M13.500 10v3.500H10M6 13.500H2.500V10', 'Fit the graph', hands.fit);
  tool('M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11', 'Export the graph', hands.export);
  const banner = append(main, 'div', 'banner');
  banner.setAttribute('role', 'status');
  const stage = append(main, 'div', 'stage');
  const empty = append(stage, 'div', 'empty');
  const live = append(stage, 'div', 'unseen');
  live.setAttribute('aria-live', 'polite');
  return {
    stage,
    show(name, phases, hidden) {
      title.textContent = name || 'Graph';
      legend.replaceChildren(
        ...phases.map((phase, at) => phaseButton(phase, at, hidden.has(phase), hands.togglePhase)),
      );
    },
    run(id, state) {
      run.textContent = id === null ? '' : `${state} · ${id}`;
      run.title = id ?? '';
    },
    say: (text) => {
      banner.textContent = text;
    },
    empty: (text) => {
      empty.textContent = text;
    },
    found: (count) => {
      live.textContent = count === null ? '' : `${count} found`;
    },
    focusSearch: () => search.focus(),
  };
}

function phaseButton(phase: string, at: number, hidden: boolean, toggle: (phase: string) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.setAttribute('aria-pressed', String(!hidden));
  button.title = `Dim or show the edges of ${phase}`;
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

/** An icon of 16 by 16, in the colour of its button's text. */
function drawn(path: string): SVGSVGElement {
  const icon = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const stroke = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  stroke.setAttribute('d', path);
  icon.append(stroke);
  return icon;
}

function append<K extends keyof HTMLElementTagNameMap>(
  to: HTMLElement,
  tag: K,
  style?: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (style) element.className = style;
  to.append(element);
  return element;
}
