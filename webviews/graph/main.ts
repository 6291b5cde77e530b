import { select } from 'd3-selection';
import {
  type CandidateMark,
  type FromGraph,
  GRAPH_ACTIONS,
  type GraphAction,
  type NodeProblem,
  type NodeStatus,
  received,
  type Scene,
  type ToGraph,
  toGraph,
} from '../../extension/messages';
import { bridge, remember, remembered, tellFocus } from '../bridge';
import { t } from '../words';
import { Announcer } from './announcer';
import { Connecting } from './connecting';
import { paint } from './export-png';
import { exportSvg } from './export-svg';
import { between, neighbourhood, startsOf } from './focus';
import { namesIn, originOf } from './inserted';
import { Minimap } from './minimap';
import type { Overlay } from './overlay';
import { criticalPath, spanOf, statusAt } from './replay';
import { FAR, SceneView } from './scene-view';
import { searchScene } from './search';
import { buildToolbar, type Toolbar } from './toolbar';
import { Viewport } from './viewport';
import { type Direction, edgeOf, groupAround, placeOf, stillSelected, walk } from './walk';

/** Before it is said that the graph is being drawn (milliseconds). */
const SOON = 1_000;

const line = bridge<ToGraph, FromGraph>((value) => received<ToGraph>(toGraph, value));

const NOTHING: Scene = { width: 0, height: 0, boxes: [], groups: [], lines: [] };

/** What is about one workflow. */
const fresh = () => ({
  scene: null as Scene | null,
  phases: [] as string[],
  collapsed: [] as string[],
  hiddenPhases: new Set<string>(),
  status: new Map<string, NodeStatus>(),
  problems: new Map<string, NodeProblem>(),
  candidates: new Map<string, CandidateMark>(),
  selected: null as string | null,
  sought: '',
  /** Ids that a search found, in reading order; null: no search. */
  found: null as string[] | null,
  at: 0,
  /** What the graph is dimmed around; `to`: the paths between the two. */
  focus: null as { id: string; to: string | null; hops: number } | null,
  run: null as string | null,
  stale: null as string | null,
  /** A moment of the run that is looked at again; null: as it is. */
  replayed: null as number | null,
  critical: false,
});

const kept = remembered().uri;
const state = { ...fresh(), file: typeof kept === 'string' ? kept : null, heard: false, locked: false };

const toolbar: Toolbar = buildToolbar(document.getElementById('main')!, {
  search(text) {
    Object.assign(state, { sought: text, found: null });
    find();
    draw();
    showFound();
  },
  next: stepFound,
  leaveSearch: () => focusOn(state.found?.[state.at] ?? state.selected),
  hops(hops) {
    if (state.focus) state.focus.hops = hops;
    draw();
  },
  leaveFocus() {
    state.focus = null;
    draw();
    focusOn(state.selected);
  },
  togglePhase(phase) {
    if (!state.hiddenPhases.delete(phase)) state.hiddenPhases.add(phase);
    draw();
  },
  replay(at) {
    state.replayed = at;
    draw();
  },
  critical(on) {
    state.critical = on;
    draw();
  },
  chooseRun: () => line.tell({ type: 'chooseRun' }),
  lock: () => line.tell({ type: 'lock', on: !state.locked }),
  press(tool) {
    if (tool === 'add') line.tell({ type: 'change', change: 'add', id: null });
    else if (tool === 'export') line.tell({ type: 'chooseExport' });
    else act(tool);
  },
});

const announcer = new Announcer(toolbar.live);
const svg = select(toolbar.stage).append('svg').attr('role', 'group').attr('aria-roledescription', t('graph'));
const root = svg.append('g');
const view = new SceneView(root, {
  open(id, also) {
    if (connecting.end(id)) return;
    const former = state.selected;
    choose(id);
    if (also && former !== null && former !== id) lightBetween(former, id);
    else line.tell({ type: 'reveal', id, go: false });
  },
  toggle,
  go: (id) => line.tell({ type: 'reveal', id, go: true }),
  review: (node) => line.tell({ type: 'review', node }),
  drag: (event, box) => connecting.drag(event, box),
});
const connecting = new Connecting(root, {
  changed() {
    const { from } = connecting;
    toolbar.say(from === null ? '' : t('An edge from {0}: choose where it leads, then Enter. Escape leaves.', from));
    draw();
  },
  done: (from, to) => (sayInserted(to) ? undefined : line.tell({ type: 'connect', from, to })),
});
const minimap = new Minimap(toolbar.stage, (x, y) => viewport.goTo(x, y));
const viewport = new Viewport(svg, (transform) => {
  root.attr('transform', transform.toString());
  svg.classed('far', transform.k < FAR);
  view.look(looked());
  showMinimap();
});
svg.on('click', () => {
  if (!connecting.end(null)) choose(null);
});

function showMinimap(): void {
  minimap.show(state.scene, viewport.window);
}

const looked = () => ({ window: viewport.window, zoom: viewport.transform.k });

function draw(): void {
  const { scene, focus } = state;
  if (!scene) return;
  view.draw(scene, overlay(scene), looked());
  const said = (id: string) => {
    const edge = edgeOf(scene, id);
    return edge ? `${edge.from} → ${edge.to}` : id;
  };
  const name =
    focus && (focus.to === null ? said(focus.id) : t('Paths between {0} and {1}', said(focus.id), said(focus.to)));
  toolbar.focus(name, focus && focus.to === null ? focus.hops : null);
}

function overlay(scene: Scene): Overlay {
  const path = state.critical ? criticalPath(scene, state.status) : null;
  const lit = state.found ? new Set(state.found) : (focusedIn(scene) ?? path);
  const status = state.replayed === null ? state.status : statusAt(state.status, state.replayed);
  return { ...state, status, lit, connecting: connecting.from };
}

function focusedIn(scene: Scene): ReadonlySet<string> | null {
  const { focus } = state;
  if (!focus) return null;
  const starts = startsOf(scene, focus.id);
  if (focus.to === null) return neighbourhood(scene.lines, starts, focus.hops);
  return between(scene.lines, starts, startsOf(scene, focus.to));
}

/** Nothing of the former workflow stays when another is shown. */
function turnTo(file: string): void {
  if (state.file !== null && state.file !== file) {
    connecting.end(null);
    announcer.forget();
    Object.assign(state, fresh());
    toolbar.clearSearch();
    toolbar.hideSigns();
    toolbar.focus(null, null);
    toolbar.run(null, '', false, false);
    toolbar.replay(null, null, false);
    view.draw(NOTHING, overlay(NOTHING), looked());
    viewport.forget();
    showMinimap();
  }
  state.file = file;
  remember({ uri: file });
}

function choose(id: string | null): void {
  state.selected = id;
  draw();
}

function focusOn(id: string | null): void {
  const place = id !== null && state.scene ? placeOf(state.scene, id) : null;
  if (!place) return;
  choose(place.id);
  viewport.bringIntoView(place);
  root
    .selectAll<SVGGElement, unknown>('g.node, g.group')
    .filter(function () {
      return this.getAttribute('data-id') === place.id;
    })
    .node()
    ?.focus({ preventScroll: true });
}

function inReadingOrder(ids: ReadonlySet<string>): string[] {
  const places = [...ids].flatMap((id) => placeOf(state.scene!, id) ?? []);
  return places.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ id }) => id);
}

/** What the search finds by now: texts are edited and runs go on. The one that a person has come to stays. */
function find(): void {
  const { scene, status, sought } = state;
  const here = state.found?.[state.at];
  const found = scene && sought.trim() ? inReadingOrder(searchScene(scene, status, sought)) : null;
  Object.assign(state, { found, at: Math.max(0, found?.indexOf(here ?? '') ?? 0) });
  toolbar.found(state.at, found?.length ?? null);
}

function showFound(): void {
  const { found, at, scene } = state;
  toolbar.found(at, found?.length ?? null);
  const place = scene && found?.[at] !== undefined ? placeOf(scene, found[at]) : null;
  if (place) viewport.bringIntoView(place);
}

function stepFound(step: 1 | -1): void {
  if (!state.found?.length) return;
  state.at = (state.at + step + state.found.length) % state.found.length;
  state.selected = state.found[state.at]!;
  draw();
  showFound();
}

function lightBetween(one: string, other: string): void {
  state.focus = { id: one, to: other, hops: 1 };
  draw();
}

function toggle(group: string): void {
  collapse(
    state.collapsed.includes(group) ? state.collapsed.filter((name) => name !== group) : [...state.collapsed, group],
  );
}

function collapse(groups: string[]): void {
  state.collapsed = groups;
  remember({ collapsed: groups });
  line.tell({ type: 'collapse', groups });
}

/** What a key, a menu or the palette asks for, wherever the selection is. */
const ANYWHERE: Partial<Record<GraphAction, () => void>> = {
  search: () => toolbar.focusSearch(),
  next: () => stepFound(1),
  previous: () => stepFound(-1),
  fit: () => viewport.fit(state.scene),
  zoomIn: () => viewport.zoomBy(1.25),
  zoomOut: () => viewport.zoomBy(0.8),
  expandAll: () => collapse([]),
  collapseAll: () => collapse(state.scene?.groups.map(({ name }) => name) ?? []),
  add: () => line.tell({ type: 'change', change: 'add', id: null }),
};

/** What is about the selection. */
const SELECTED: Partial<Record<GraphAction, (id: string) => void>> = {
  focus(id) {
    state.focus = state.focus ? null : { id, to: null, hops: 1 };
    draw();
  },
  group: (id) => focusOn(state.scene && groupAround(state.scene, id)),
  connect: (id) => connecting.begin(id),
  run: (node) => line.tell({ type: 'run', node }),
  log: (node) => line.tell({ type: 'log', node }),
  curves: (node) => line.tell({ type: 'curves', node }),
  review: (node) => line.tell({ type: 'review', node }),
  source: (id) => line.tell({ type: 'reveal', id, go: true }),
  copyLink: (id) => line.tell({ type: 'link', id }),
  rename: (id) => line.tell({ type: 'change', change: 'rename', id }),
  remove: (id) => line.tell({ type: 'change', change: 'remove', id }),
  relabel: (id) => line.tell({ type: 'change', change: 'relabel', id }),
  move: (id) => line.tell({ type: 'change', change: 'move', id }),
};

/** Makes no sense where nothing stands in the text. */
const IN_TEXT: readonly GraphAction[] = ['connect', 'run', 'copyLink', 'rename', 'remove', 'relabel', 'move'];

function act(action: GraphAction): void {
  ANYWHERE[action]?.();
  const about = SELECTED[action];
  if (!about) return;
  if (state.selected === null) toolbar.say(t('Select a node or an edge first.'));
  else if (!IN_TEXT.includes(action) || !sayInserted(state.selected)) about(state.selected);
}

/** Of what stands in no text, says so. */
function sayInserted(id: string): boolean {
  const origin = state.scene && originOf(state.scene, id);
  if (origin === null) return false;
  toolbar.say(t('A revision of {0} put it there: it is in no text. A roll back takes it out again.', origin));
  return true;
}

const ARROWS = new Map<string, Direction>([
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
]);

// Walking, opening and leaving, as in every tree; all else are key bindings of VS Code.
svg.on('keydown', (event: KeyboardEvent) => {
  const { scene } = state;
  const at = (event.target as Element).closest('[data-id]')?.getAttribute('data-id') ?? null;
  const direction = ARROWS.get(event.key);
  if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
  if (direction) focusOn(walk(scene, at ?? '', direction));
  else if (event.key === 'Enter' && at) {
    if (!connecting.end(at)) line.tell({ type: 'reveal', id: at, go: true });
  } else if (event.key === ' ' && at?.startsWith('group:')) toggle(at.slice('group:'.length));
  else if (event.key === 'Escape') {
    if (!connecting.end(null)) {
      state.focus = null;
      draw();
    }
  } else return;
  event.preventDefault();
});
let pressed = false;
svg.on('pointerdown', () => {
  pressed = true;
});
window.addEventListener('pointerup', () => {
  pressed = false;
});
// The selection follows the keyboard, so that what keys do is about what has the focus.
svg.on('focusin', (event: FocusEvent) => {
  if (pressed) return;
  const id = (event.target as Element).closest('[data-id]')?.getAttribute('data-id');
  if (id && id !== state.selected) choose(id);
});

line.listen((message) => {
  switch (message.type) {
    case 'scene': {
      state.heard = true;
      turnTo(message.file);
      const before = state.scene;
      const former = state.selected;
      const { scene, phases, collapsed, locked } = message;
      Object.assign(state, { scene, phases, collapsed, locked });
      state.problems = new Map(message.problems.map((problem) => [problem.node, problem]));
      if (former !== null) state.selected = stillSelected(before, scene, former);
      const { focus } = state;
      if (focus && [focus.id, focus.to ?? focus.id].some((id) => startsOf(scene, id).length === 0)) state.focus = null;
      remember({ collapsed, locked });
      svg.attr('aria-label', t('Graph of {0}: {1} nodes', message.name, scene.boxes.length));
      toolbar.show(message.name, phases, state.hiddenPhases, locked);
      if (connecting.from === null) toolbar.say('');
      toolbar.empty(
        scene.boxes.length === 0 ? t('No nodes yet. Write the first one under `nodes:`, or add it here.') : '',
      );
      find();
      draw();
      const anchor = former ?? before?.boxes[0]?.id ?? '';
      const [from, to] = [before, scene].map((one) => one && placeOf(one, anchor));
      viewport.keep(from && to ? { from, to } : null, scene);
      showMinimap();
      return;
    }
    case 'empty':
      state.heard = true;
      turnTo(message.file);
      // The last good graph stays; what is wrong is said above it.
      if (state.scene) toolbar.say(t('The last good graph. {0}', message.message));
      else toolbar.empty(message.message || t('Nothing to draw.'));
      return;
    case 'status': {
      const before = state.status;
      state.status = new Map(message.steps.map((step) => [step.node, step]));
      state.candidates = new Map(message.candidates.map((one) => [one.node, one]));
      announcer.hear(before, state.status, state.scene ? namesIn(state.scene) : String);
      state.stale = message.stale ? message.run : null;
      svg.classed('stale', message.stale);
      toolbar.run(message.run, message.state, message.past, message.stale);
      if (message.run !== state.run) Object.assign(state, { run: message.run, replayed: null, critical: false });
      toolbar.replay(spanOf(state.status), state.replayed, state.critical);
      find();
      draw();
      return;
    }
    case 'select': {
      choose(message.node);
      const place = message.node !== null && state.scene ? placeOf(state.scene, message.node) : null;
      if (place) viewport.bringIntoView(place);
      return;
    }
    case 'export':
      void answerExport(message.format);
      return;
    case 'act':
      if (GRAPH_ACTIONS.includes(message.action)) act(message.action);
  }
});

async function answerExport(format: 'svg' | 'png'): Promise<void> {
  if (!state.scene) return;
  svg.classed('far', false);
  view.drawWhole(state.scene, overlay(state.scene));
  const picture = exportSvg(root.node()!, state.scene);
  svg.classed('far', viewport.transform.k < FAR);
  draw();
  try {
    const { png, scale } = format === 'png' ? await paint(picture) : { png: null, scale: 1 };
    line.tell({ type: 'exported', svg: picture, png, scale });
  } catch (error) {
    toolbar.say(t('The picture could not be painted: {0}', error instanceof Error ? error.message : String(error)));
  }
}

new ResizeObserver(() => viewport.resized(state.scene)).observe(toolbar.stage);
tellFocus((focus) => line.tell({ type: 'focus', ...focus }));
setTimeout(() => {
  if (!state.heard) toolbar.empty(t('Drawing the graph…'));
}, SOON);
line.tell({ type: 'ready' });
