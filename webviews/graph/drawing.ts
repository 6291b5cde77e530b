import { type Selection, select } from 'd3-selection';
import { curveMonotoneY, line } from 'd3-shape';
import type { Box, GroupBox, Line, NodeStatus, Scene } from '../../extension/messages';
import { t } from '../words';
import { markOf } from './candidates';
import { degreesOf, describe, titleOf } from './describe';
import { GLYPHS } from './glyphs';
import { namesIn, secondLine } from './inserted';
import { marksOfBox, marksOfLine } from './marks';
import type { Overlay } from './overlay';
import { along, arrow, fitted, fittedProgram, outline } from './shapes';
import { signOf } from './states';
import { tallyOf } from './tally';
import { entryOf } from './walk';

type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** What a person does to the drawing. */
export interface Hands {
  /** `also`: with shift, to what was chosen before. */
  open(id: string, also: boolean): void;
  /** To its place in the text. */
  go(id: string): void;
  toggle(group: string): void;
  /** Of an improver: what it proposed. */
  review(node: string): void;
  drag(event: PointerEvent, box: Box): void;
}

/** The scene as SVG: groups below, then lines, then boxes. What has not changed stays the same element. */
export class Drawing {
  private readonly lines: Layer;
  private readonly boxes: Layer;

  constructor(
    private readonly groups: Layer,
    above: Layer,
    private readonly hands: Hands,
  ) {
    this.lines = above.append('g');
    this.boxes = above.append('g');
  }

  /** @param shown The part of the scene that gets elements; what Tab enters at is in it. */
  draw(scene: Scene, overlay: Overlay, shown: Scene): void {
    const entry = entryOf(scene, overlay.selected);
    this.drawGroups(shown.groups, overlay, entry);
    this.drawLines(shown.lines, overlay, namesIn(scene));
    this.drawBoxes(shown.boxes, scene, overlay, entry);
  }

  private drawGroups(groups: GroupBox[], { selected, lit, status }: Overlay, entry: string | null): void {
    const joined = this.groups
      .selectAll<SVGGElement, GroupBox>('g.group')
      .data(groups, ({ name }) => name)
      .join((enter) => {
        const group = enter.append('g').attr('class', 'group').attr('role', 'button');
        group.append('rect').attr('class', 'body').attr('rx', 6);
        group.append('rect').attr('class', 'toggle').attr('rx', 6).attr('height', 28);
        group.append('text').attr('class', 'caption');
        group.append('text').attr('class', 'tally').attr('text-anchor', 'end');
        group.append('title');
        return group;
      })
      .classed('collapsed', ({ collapsed }) => collapsed)
      .classed('selected', ({ name }) => selected === `group:${name}`)
      .classed('dim', ({ name, collapsed }) => collapsed && lit !== null && !lit.has(`group:${name}`))
      .attr('data-id', ({ name }) => `group:${name}`)
      .attr('data-vscode-context', ({ name, compound }) =>
        menuOf(compound === undefined ? 'group' : 'compound', `group:${name}`),
      )
      .attr('aria-expanded', ({ collapsed }) => String(!collapsed))
      .attr('tabindex', ({ name }) => (entry === `group:${name}` ? 0 : -1))
      .attr('transform', ({ x, y }) => `translate(${x},${y})`)
      .on('click', (event: MouseEvent, { name }) => {
        event.stopPropagation();
        if ((event.target as Element).closest('.toggle, .caption, .collapsed')) this.hands.toggle(name);
        else this.hands.open(`group:${name}`, false);
      })
      .on('dblclick', (event: MouseEvent, { name }) => {
        if (!(event.target as Element).closest('.toggle, .caption, .collapsed')) this.hands.go(`group:${name}`);
      });
    for (const part of ['rect.body', 'rect.toggle']) joined.select(part).attr('width', ({ width }) => width);
    joined.select('rect.body').attr('height', ({ height }) => height);
    joined.select('title').text((group) => {
      const tally = tallyOf(group.members, status);
      const said =
        group.compound === undefined
          ? t('workflow {0}, {1}, {2} nodes', group.name, group.order, group.members.length)
          : t('compound of {0} and what a revision put before it, {1} nodes', group.compound, group.members.length);
      return tally ? `${said}\n${tally}` : said;
    });
    joined
      .select('text.caption')
      .attr('x', 12)
      .attr('y', 20)
      .text(({ name, compound, collapsed, members, width }) =>
        fitted(`${collapsed ? '▸' : '▾'} ${compound ?? name}${collapsed ? ` (${members.length})` : ''}`, width - 16),
      );
    joined
      .select('text.tally')
      .attr('x', ({ width }) => width - 10)
      .attr('y', 40)
      .text(({ collapsed, members }) => (collapsed ? tallyOf(members, status) : ''));
  }

  private drawLines(lines: Line[], overlay: Overlay, nameOf: (id: string) => string): void {
    const { candidates } = overlay;
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
        one.append('path').attr('class', 'inner');
        one.append('path').attr('class', 'end');
        one.append('circle').attr('class', 'tracker-mark').attr('r', 4);
        one.append('text');
        one.append('title');
        return one;
      })
      .attr('class', (one) => marksOfLine(one, overlay))
      .attr('data-id', ({ edges, id }) => edges[0]?.id ?? id)
      .attr('data-vscode-context', ({ kind, edges }) =>
        kind === 'edge' && !edges[0]!.inserted ? menuOf('edge', edges[0]!.id) : null,
      )
      .on('click', (event: MouseEvent, { edges, from }) => {
        event.stopPropagation();
        this.hands.open(edges[0]?.id ?? from, false);
      })
      .on('dblclick', (_, { edges, from }) => this.hands.go(edges[0]?.id ?? from));
    // What runs mostly sideways would overshoot as a curve of y.
    const drawn = ({ points }: Line) => {
      const downwards = points.every(({ y }, at) => at === 0 || y >= points[at - 1]!.y - 0.5);
      return downwards ? route(points) : `M${points.map(({ x, y }) => `${x},${y}`).join('L')}`;
    };
    joined.select('path.hit').attr('d', drawn);
    joined.select('path.drawn').attr('d', drawn);
    joined.select('path.inner').attr('d', drawn);
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
      .classed('candidate', ({ kind, from }) => kind === 'improves' && candidates.has(from))
      .text(({ kind, from, edges }) => {
        const candidate = kind === 'improves' ? candidates.get(from) : undefined;
        return candidate ? markOf(candidate) : edges.length > 1 ? `× ${edges.length}` : '';
      })
      .on('click', (event: MouseEvent, { kind, from }) => {
        if (kind !== 'improves' || !candidates.has(from)) return;
        event.stopPropagation();
        this.hands.review(from);
      });
    joined.select('title').text((one) => titleOf(one, overlay, nameOf));
  }

  private drawBoxes(boxes: Box[], { lines }: Scene, overlay: Overlay, entry: string | null): void {
    const { status } = overlay;
    const joined = this.boxes
      .selectAll<SVGGElement, Box>('g.node')
      .data(boxes, ({ id }) => id)
      .join((enter) => {
        const node = enter.append('g').attr('role', 'button').attr('aria-roledescription', t('node'));
        node.append('path').attr('class', 'body');
        node.append('rect').attr('class', 'band').attr('width', 5).attr('rx', 2);
        node.append('path').attr('class', 'glyph').attr('transform', 'translate(13,10)');
        node.append('circle').attr('class', 'learning').attr('r', 3).attr('cx', 32).attr('cy', 9);
        node.append('text').attr('class', 'name').attr('x', 38).attr('y', 20);
        node.append('text').attr('class', 'program').attr('x', 13).attr('y', 39);
        node.append('text').attr('class', 'state mark').attr('text-anchor', 'end');
        node.append('circle').attr('class', 'handle').attr('r', 6);
        node.append('title');
        return node;
      })
      .attr('class', (box) => marksOfBox(box, overlay))
      .attr('data-id', ({ id }) => id)
      .attr('data-vscode-context', ({ id, kind, inserted, revised }) =>
        menuOf(inserted ? 'inserted' : kind === 'source' ? 'source' : 'node', id, kind === 'improver' || !!revised),
      )
      .attr('tabindex', ({ id }) => (id === entry ? 0 : -1))
      .attr('transform', ({ x, y }) => `translate(${x},${y})`)
      .on('click', (event: MouseEvent, { id }) => {
        event.stopPropagation();
        this.hands.open(id, event.shiftKey);
      })
      .on('dblclick', (_, { id }) => this.hands.go(id));
    joined
      .select<SVGCircleElement>('circle.handle')
      .attr('cx', ({ width }) => width / 2)
      .attr('cy', ({ height }) => height)
      .on('pointerdown', (event: PointerEvent, box) => this.hands.drag(event, box));
    joined.select('path.body').attr('d', outline);
    joined
      .select('rect.band')
      .attr('y', 5)
      .attr('height', ({ height }) => height - 10)
      .attr('x', 3);
    joined.select('path.glyph').attr('d', ({ kind }) => GLYPHS[kind]);
    joined.select('circle.learning').attr('visibility', ({ nature }) => (nature === 'learning' ? 'visible' : 'hidden'));
    joined.select<SVGTextElement>('text.name').text(({ name, width }) => fitted(name, width - 62));
    joined.select<SVGTextElement>('text.program').text((box) => {
      const room = box.width - 26 - 6.4 * (status.get(box.id)?.detail.length ?? 0);
      return fittedProgram([secondLine(box), box.versions].filter(Boolean).join(' '), room);
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
    const degrees = degreesOf(lines);
    joined.select('title').text((box) => describe(box, degrees, overlay));
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

/** What VS Code's own context menu is told of the place that it was opened at. */
function menuOf(webviewSection: string, id: string, scanflowImprover = false): string {
  return JSON.stringify({ webviewSection, id, scanflowImprover, preventDefaultContextMenuItems: true });
}
