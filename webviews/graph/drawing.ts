import { type Selection, select } from 'd3-selection';
import { curveMonotoneY, line } from 'd3-shape';
import type { Box, GroupBox, Line, NodeProblem, NodeStatus, Scene } from '../../extension/messages';
import { GLYPHS } from './glyphs';
import { signOf, toneOf } from './states';

type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** What a person does to the drawing. */
export interface Hands {
  pick(id: string): void;
  open(id: string): void;
  toggle(group: string): void;
}

export interface Overlay {
  phases: string[];
  hiddenPhases: ReadonlySet<string>;
  status: ReadonlyMap<string, NodeStatus>;
  problems: ReadonlyMap<string, NodeProblem>;
  selected: string | null;
  /** Ids that a search found; null: no search. */
  found: ReadonlySet<string> | null;
}

/** The scene as SVG: groups below, then lines, then boxes. What has not changed stays the same element. */
export class Drawing {
  private readonly groups: Layer;
  private readonly lines: Layer;
  private readonly boxes: Layer;

  constructor(
    readonly root: Layer,
    private readonly hands: Hands,
  ) {
    this.groups = root.append('g');
    this.lines = root.append('g');
    this.boxes = root.append('g');
  }

  draw(scene: Scene, overlay: Overlay): void {
    this.drawGroups(scene.groups);
    this.drawLines(scene.lines, overlay);
    this.drawBoxes(scene, overlay);
  }

  private drawGroups(groups: GroupBox[]): void {
    const joined = this.groups
      .selectAll<SVGGElement, GroupBox>('g.group')
      .data(groups, ({ name }) => name)
      .join((enter) => {
        const group = enter.append('g').attr('class', 'group').attr('role', 'button').attr('tabindex', -1);
        group.append('rect').attr('class', 'body').attr('rx', 6);
        group.append('text').attr('class', 'toggle');
        group.append('title');
        return group;
      })
      .classed('collapsed', ({ collapsed }) => collapsed)
      .attr('data-id', ({ name }) => `group:${name}`)
      .attr('aria-expanded', ({ collapsed }) => String(!collapsed))
      .attr('transform', ({ x, y }) => `translate(${x},${y})`)
      .on('click', (event: Event, { name }) => {
        event.stopPropagation();
        if ((event.target as Element).closest('.toggle, .collapsed')) this.hands.toggle(name);
        else this.hands.pick(`group:${name}`);
      })
      .on('dblclick', (_event, { name }) => this.hands.open(`group:${name}`));
    joined
      .select('rect')
      .attr('width', ({ width }) => width)
      .attr('height', ({ height }) => height);
    joined.select('title').text(({ name, order, members }) => `workflow ${name}, ${order}, ${members.length} nodes`);
    joined
      .select('text')
      .attr('x', 12)
      .attr('y', ({ collapsed, height }) => (collapsed ? height / 2 + 4 : 20))
      .text(
        ({ name, collapsed, members }) => `${collapsed ? '▸' : '▾'} ${name}${collapsed ? ` (${members.length})` : ''}`,
      );
  }

  private drawLines(lines: Line[], { phases, hiddenPhases, selected }: Overlay): void {
    const phaseOf = ({ edges }: Line) => edges[0]?.label ?? 'any';
    const route = line<{ x: number; y: number }>(
      ({ x }) => x,
      ({ y }) => y,
    ).curve(curveMonotoneY);
    const joined = this.lines
      .selectAll<SVGGElement, Line>('g.line')
      .data(
        lines.filter(({ points }) => points.length > 1),
        ({ id }) => id,
      )
      .join((enter) => {
        const one = enter.append('g');
        one.append('path').attr('class', 'hit');
        one.append('path').attr('class', 'drawn');
        one.append('path').attr('class', 'end');
        one.append('circle').attr('class', 'tracker-mark').attr('r', 4);
        one.append('text');
        one.append('title');
        return one;
      })
      .attr('class', (one) => {
        const phase = phases.indexOf(phaseOf(one));
        return `line ${one.kind} phase-${phase < 0 ? 'any' : phase % 3}`;
      })
      .classed('selected', ({ id, from, to }) => selected !== null && [id, from, to].includes(selected))
      .classed('dim', (one) => one.kind === 'edge' && hiddenPhases.has(phaseOf(one)))
      .attr('data-id', ({ edges, id }) => edges[0]?.id ?? id)
      .on('click', (event: Event, { edges, from }) => {
        event.stopPropagation();
        this.hands.open(edges[0]?.id ?? from);
      });
    // What runs mostly sideways would overshoot as a curve of y.
    const drawn = ({ points }: Line) => {
      const downwards = points.every(({ y }, at) => at === 0 || y >= points[at - 1]!.y - 0.5);
      return downwards ? route(points) : `M${points.map(({ x, y }) => `${x},${y}`).join('L')}`;
    };
    joined.select('path.hit').attr('d', drawn);
    joined.select('path.drawn').attr('d', drawn);
    joined.select('path.end').attr('d', ({ points }) => arrow(points));
    joined
      .select('circle')
      .attr('visibility', ({ edges }) => (edges.some(({ via }) => via === 'tracker') ? 'visible' : 'hidden'))
      .attr('cx', ({ points }) => along(points).x)
      .attr('cy', ({ points }) => along(points).y);
    joined
      .select('text')
      .attr('x', ({ points }) => along(points).x + 7)
      .attr('y', ({ points }) => along(points).y + 3)
      .text(({ edges }) => (edges.length > 1 ? `× ${edges.length}` : ''));
    joined.select('title').text(({ kind, from, to, edges }) =>
      kind === 'improves'
        ? `${from} improves ${to}`
        : edges
            .map(({ fromPort, toPort, label, via, ...edge }) => {
              const end = (id: string, port: string | null) => (port === null ? id : `${id}.${port}`);
              return `${end(edge.from, fromPort)} → ${end(edge.to, toPort)} [${label}]${via === 'tracker' ? ' via tracker' : ''}`;
            })
            .join('\n'),
    );
  }

  private drawBoxes({ boxes, lines }: Scene, overlay: Overlay): void {
    const { status, problems, selected, found } = overlay;
    const joined = this.boxes
      .selectAll<SVGGElement, Box>('g.node')
      .data(boxes, ({ id }) => id)
      .join((enter) => {
        const node = enter.append('g').attr('role', 'button').attr('aria-roledescription', 'node');
        node.append('path').attr('class', 'body');
        node.append('rect').attr('class', 'band').attr('width', 5).attr('rx', 2);
        node.append('path').attr('class', 'glyph').attr('transform', 'translate(13,10)');
        node.append('circle').attr('class', 'learning').attr('r', 3).attr('cx', 30).attr('cy', 11);
        node.append('text').attr('class', 'name').attr('x', 38).attr('y', 20);
        node.append('text').attr('class', 'program').attr('x', 13).attr('y', 39);
        node.append('text').attr('class', 'state mark').attr('text-anchor', 'end');
        node.append('title');
        return node;
      })
      .attr('class', ({ id, kind, nature }) => {
        const state = status.get(id)?.state;
        const problem = problems.get(id)?.severity;
        return ['node', kind, nature, state ? toneOf(state) : '', problem ? `problem-${problem}` : ''].join(' ');
      })
      .classed('selected', ({ id }) => id === selected)
      .classed('dim', ({ id }) => found !== null && !found.has(id))
      .attr('data-id', ({ id }) => id)
      .attr('tabindex', ({ id }, at) => ((selected === null ? at === 0 : id === selected) ? 0 : -1))
      .attr('transform', ({ x, y }) => `translate(${x},${y})`)
      .on('click', (event: Event, { id }) => {
        event.stopPropagation();
        this.hands.open(id);
      });
    joined.select('path.body').attr('d', outline);
    joined
      .select('rect.band')
      .attr('y', 5)
      .attr('height', ({ height }) => height - 10)
      .attr('x', 3);
    joined.select('path.glyph').attr('d', ({ kind }) => GLYPHS[kind]);
    joined.select('circle.learning').attr('visibility', ({ nature }) => (nature === 'learning' ? 'visible' : 'hidden'));
    joined.select<SVGTextElement>('text.name').text(({ name, width }) => fitted(name, width - 62));
    joined.select<SVGTextElement>('text.program').text(({ program, versions, width, id }) => {
      const room = width - 26 - 6.4 * (status.get(id)?.detail.length ?? 0);
      return fitted(versions ? `${program} ${versions}` : program, room);
    });
    joined
      .select('text.state')
      .attr('x', ({ width }) => width - 8)
      .attr('y', 20)
      .text(({ id }) => {
        const one = status.get(id);
        return one ? signOf(one.state) : '';
      });
    // Tooltip and accessible name at once.
    joined.select('title').text((box) => describe(box, lines, overlay));
    this.drawDetails(status);
  }

  /** How long, or how far: under the sign. */
  private drawDetails(status: ReadonlyMap<string, NodeStatus>): void {
    this.boxes.selectAll<SVGGElement, Box>('g.node').each(function ({ id, width }) {
      const detail = status.get(id)?.detail ?? '';
      select(this)
        .selectAll('text.detail')
        .data(detail ? [detail] : [])
        .join('text')

        .attr('class', 'state detail program')
        .attr('text-anchor', 'end')
        .attr('x', width - 8)
        .attr('y', 39)
        .text(String);
    });
  }
}

/** Symbolic nodes have corners, learning ones are round; sources are cylinders' cousins. */
function outline({ width, height, nature, kind }: Box): string {
  const r = kind === 'source' ? height / 2 : nature === 'learning' ? 14 : 3;
  return `M${r},0H${width - r}A${r},${r} 0 0 1 ${width},${r}V${height - r}A${r},${r} 0 0 1 ${width - r},${height}H${r}A${r},${r} 0 0 1 0,${height - r}V${r}A${r},${r} 0 0 1 ${r},0Z`;
}

/** The head of an arrow at the end of a route. */
function arrow(points: { x: number; y: number }[]): string {
  const [from, to] = [points.at(-2)!, points.at(-1)!];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const at = (back: number, side: number) => `${to.x - back * dx - side * dy},${to.y - back * dy + side * dx}`;
  return `M${at(0, 0)}L${at(9, 4)}L${at(9, -4)}Z`;
}

/** The middle of a route. */
function along(points: { x: number; y: number }[]): { x: number; y: number } {
  const lengths = points.slice(1).map(({ x, y }, at) => Math.hypot(x - points[at]!.x, y - points[at]!.y));
  let rest = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    if (rest <= length) {
      const [a, b, share] = [points[at]!, points[at + 1]!, length === 0 ? 0 : rest / length];
      return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
    }
    rest -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

const LETTER = 6.9;

function fitted(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / LETTER));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** A line each: what it runs, what it is, how it is, what is wrong with it. */
function describe(
  { id, name, kind, nature, program, label }: Box,
  lines: Line[],
  { status, problems }: Overlay,
): string {
  const count = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`;
  const edges = lines.flatMap((one) => one.edges);
  const one = status.get(id);
  const problem = problems.get(id);
  const inputs = edges.filter(({ to }) => to === id).length;
  const outputs = edges.filter(({ from }) => from === id).length;
  return [
    `${name}: ${program}`,
    `${kind}, ${nature}${label === kind ? '' : `, ${label}`}, ${count(inputs, 'input')}, ${count(outputs, 'output')}`,
    ...(one ? [`${one.state} ${one.detail}`.trim()] : []),
    ...(problem ? [`${problem.severity}: ${problem.message}`] : []),
  ].join('\n');
}
