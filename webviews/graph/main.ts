import { select } from 'd3-selection';
import { type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import {
  type FromGraph,
  type NodeProblem,
  type NodeStatus,
  received,
  type Scene,
  type ToGraph,
  toGraph,
} from '../../extension/messages';
import { bridge, remember, remembered, tellFocus } from '../bridge';
import { Drawing } from './drawing';
import { exportSvg } from './export-svg';
import { Minimap } from './minimap';
import { searchScene } from './search';
import { buildToolbar, type Toolbar } from './toolbar';
import { type Direction, walk } from './walk';

const MARGIN = 24;
/** Below this zoom, a node's whole body shows its state. */
const FAR = 0.35;
const ZOOMS: [number, number] = [0.05, 3];

const line = bridge<ToGraph, FromGraph>((value) => received<ToGraph>(toGraph, value));
const main = document.getElementById('main')!;

const state = {
  scene: null as Scene | null,
  phases: [] as string[],
  collapsed: [] as string[],
  hiddenPhases: new Set<string>(),
  status: new Map<string, NodeStatus>(),
  problems: new Map<string, NodeProblem>(),
  selected: null as string | null,
  found: null as ReadonlySet<string> | null,
};

/** Whether the view is a person's: until then it is fitted to whatever room the panel has. */
let moved = false;
let placed = false;

const toolbar: Toolbar = buildToolbar(main, {
  search: (text) => {
    state.found = state.scene && text ? searchScene(state.scene, state.status, text) : null;
    draw();
    toolbar.found(state.found?.size ?? null);
    const first = state.found?.values().next().value;
    if (first !== undefined) bringIntoView(first);
  },
  leaveSearch: () => focusNode(state.found?.values().next().value ?? state.selected),
  fit: () => {
    moved = false;
    fitView();
  },
  zoomBy,
  export: () => state.scene && line.tell({ type: 'exported', svg: exportSvg(drawing.root.node()!, state.scene) }),
  togglePhase: (phase) => {
    if (!state.hiddenPhases.delete(phase)) state.hiddenPhases.add(phase);
    draw();
  },
});

const svg = select(toolbar.stage).append('svg').attr('role', 'group').attr('aria-roledescription', 'graph');
const drawing = new Drawing(svg.append('g'), {
  pick: (id) => choose(id),
  open: (id) => {
    choose(id);
    line.tell({ type: 'reveal', id });
  },
  toggle,
});
const minimap = new Minimap(toolbar.stage, (x, y) => svg.call(zooming.translateTo, x, y));
const zooming = zoom<SVGSVGElement, unknown>()
  .scaleExtent(ZOOMS)
  // A trackpad pans, with ctrl it zooms; a click is no drag.
  .filter(
    (event: MouseEvent) =>
      event.type !== 'dblclick' && (event.type !== 'wheel' || event.ctrlKey || event.metaKey) && event.button === 0,
  )
  .clickDistance(5)
  .on('zoom', ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: unknown }) => {
    moved ||= Boolean(sourceEvent);
    place(transform);
  });
svg.call(zooming);
svg.on('wheel.pan', (event: WheelEvent) => {
  if (event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  moved = true;
  const { k } = zoomTransform(svg.node()!);
  svg.call(zooming.translateBy, -event.deltaX / k, -event.deltaY / k);
});
svg.on('click', () => choose(null));

function place(transform: ZoomTransform): void {
  drawing.root.attr('transform', transform.toString());
  svg.classed('far', transform.k < FAR);
  showMinimap(transform);
  const { x, y, k } = transform;
  remember({ view: moved ? { x, y, k } : null });
}

function showMinimap({ x, y, k }: ZoomTransform): void {
  const { clientWidth, clientHeight } = svg.node()!;
  minimap.show(state.scene, { x: -x / k, y: -y / k, width: clientWidth / k, height: clientHeight / k });
}

function draw(): void {
  if (state.scene) drawing.draw(state.scene, state);
}

function zoomBy(factor: number): void {
  moved = true;
  svg.call(zooming.scaleBy, factor);
}

/** All of the graph in view, but no larger than life. */
function fitView(): void {
  const { scene } = state;
  const { clientWidth, clientHeight } = svg.node()!;
  if (!scene || clientWidth === 0 || scene.width === 0) return;
  const k = Math.min(1, (clientWidth - 2 * MARGIN) / scene.width, (clientHeight - 2 * MARGIN) / scene.height);
  const scale = Math.max(ZOOMS[0], k);
  const x = (clientWidth - scale * scene.width) / 2;
  svg.call(
    zooming.transform,
    zoomIdentity.translate(x, Math.max(MARGIN, (clientHeight - scale * scene.height) / 2)).scale(scale),
  );
}

/** The former picture stays where it was; a node that a person looks at keeps its place on the screen. */
function keepInPlace(before: Scene | null, after: Scene): void {
  if (!placed) {
    placed = true;
    const { view } = remembered() as { view?: { x: number; y: number; k: number } | null };
    moved = Boolean(view);
    if (view) svg.call(zooming.transform, zoomIdentity.translate(view.x, view.y).scale(view.k));
    else fitView();
    return;
  }
  if (!moved) {
    fitView();
    return;
  }
  const anchor = state.selected ?? before?.boxes[0]?.id;
  const [from, to] = [before, after].map((scene) => scene?.boxes.find(({ id }) => id === anchor));
  if (from && to) svg.call(zooming.translateBy, from.x - to.x, from.y - to.y);
}

function choose(id: string | null): void {
  state.selected = id;
  draw();
}

function toggle(group: string): void {
  const groups = state.collapsed.includes(group)
    ? state.collapsed.filter((name) => name !== group)
    : [...state.collapsed, group];
  state.collapsed = groups;
  remember({ collapsed: groups });
  line.tell({ type: 'collapse', groups });
}

function focusNode(id: string | null): void {
  if (id === null) return;
  choose(id);
  bringIntoView(id);
  drawing.root
    .selectAll<SVGGElement, { id: string }>('g.node')
    .filter((box) => box.id === id)
    .node()
    ?.focus({ preventScroll: true });
}

function bringIntoView(id: string): void {
  const box = state.scene?.boxes.find((one) => one.id === id);
  if (!box) return;
  const { x, y, k } = zoomTransform(svg.node()!);
  const { clientWidth, clientHeight } = svg.node()!;
  const [left, top] = [k * box.x + x, k * box.y + y];
  const inside = left >= 0 && top >= 0 && left + k * box.width <= clientWidth && top + k * box.height <= clientHeight;
  if (!inside && moved) svg.call(zooming.translateTo, box.x + box.width / 2, box.y + box.height / 2);
}

const ARROWS = new Map<string, Direction>([
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
]);

svg.on('keydown', (event: KeyboardEvent) => {
  const { scene } = state;
  const at = (event.target as Element).closest('[data-id]')?.getAttribute('data-id') ?? null;
  const direction = ARROWS.get(event.key);
  if (!scene || event.ctrlKey || event.metaKey) return;
  if (direction && !event.altKey) focusNode(walk(scene, at ?? '', direction));
  else if (event.key === 'Enter' && at) line.tell({ type: 'reveal', id: at });
  else if (event.key === ' ' && at) line.tell({ type: 'log', node: at });
  else if (event.key === 'r' && at) line.tell({ type: 'run', node: at });
  else if (event.key === '0') {
    moved = false;
    fitView();
  } else if (event.key === '+' || event.key === '=') zoomBy(1.25);
  else if (event.key === '-') zoomBy(0.8);
  else if (event.key === '/') toolbar.focusSearch();
  else if (event.key === 'Escape') choose(null);
  else return;
  event.preventDefault();
});

line.listen((message) => {
  switch (message.type) {
    case 'scene': {
      const before = state.scene;
      state.scene = message.scene;
      state.phases = message.phases;
      state.collapsed = message.collapsed;
      state.problems = new Map(message.problems.map((problem) => [problem.node, problem]));
      remember({ uri: message.file, collapsed: message.collapsed });
      svg.attr('aria-label', `Graph of ${message.name}: ${message.scene.boxes.length} nodes`);
      toolbar.show(message.name, message.phases, state.hiddenPhases);
      toolbar.say('');
      toolbar.empty(message.scene.boxes.length === 0 ? 'No nodes yet. Write the first one under `nodes:`.' : '');
      draw();
      keepInPlace(before, message.scene);
      showMinimap(zoomTransform(svg.node()!));
      return;
    }
    case 'empty':
      // The last good graph stays; what is wrong is said above it.
      if (state.scene) toolbar.say(`The last good graph. ${message.message}`);
      else toolbar.empty(message.message || 'Nothing to draw.');
      return;
    case 'status':
      state.status = new Map(message.steps.map((step) => [step.node, step]));
      toolbar.run(message.run, message.state);
      draw();
      return;
    case 'select':
      choose(message.node);
      if (message.node) bringIntoView(message.node);
      return;
    case 'export':
      if (state.scene) line.tell({ type: 'exported', svg: exportSvg(drawing.root.node()!, state.scene) });
      return;
    case 'search':
      toolbar.focusSearch();
  }
});

new ResizeObserver(() => {
  if (!moved) fitView();
}).observe(toolbar.stage);
tellFocus((focus) => line.tell({ type: 'focus', ...focus }));
line.tell({ type: 'ready' });
