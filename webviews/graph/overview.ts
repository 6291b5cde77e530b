import { pointer, type Selection } from 'd3-selection';
import type { Box, Line, Scene } from '../../extension/messages';
import { marksOfBox, marksOfLine } from './marks';
import type { Overlay } from './overlay';

type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** A large graph from afar: what looks alike is one element, so that thousands of nodes move as a few do. */
export class Overview {
  private readonly lines: Layer;
  private readonly boxes: Layer;
  private scene: Scene | null = null;

  constructor(
    root: Layer,
    private readonly open: (id: string, also: boolean) => void,
  ) {
    this.lines = root.append('g');
    this.boxes = root.append('g');
    this.boxes.on('click', (event: MouseEvent) => {
      const [x, y] = pointer(event, this.boxes.node());
      const box = this.scene?.boxes.find(
        (one) => x >= one.x && y >= one.y && x <= one.x + one.width && y <= one.y + one.height,
      );
      if (!box) return;
      event.stopPropagation();
      this.open(box.id, event.shiftKey);
    });
  }

  /** @param scene Null: nothing. */
  draw(scene: Scene | null, overlay: Overlay): void {
    this.scene = scene;
    const { boxes = [], lines = [] } = scene ?? {};
    paint(this.boxes, 'body', boxes, (box) => marksOfBox(box, overlay), rectangle);
    paint(
      this.lines,
      'drawn',
      lines.filter(({ points }) => points.length > 1),
      (one) => marksOfLine(one, overlay),
      route,
    );
  }
}

function paint<T>(
  layer: Layer,
  part: string,
  things: T[],
  marks: (thing: T) => string,
  shape: (thing: T) => string,
): void {
  layer
    .selectAll<SVGGElement, [string, T[]]>(':scope > g')
    .data([...Map.groupBy(things, marks)], ([words]) => words)
    .join((enter) => {
      const alike = enter.append('g');
      alike.append('path');
      return alike;
    })
    .attr('class', ([words]) => `${words} alike`)
    .select('path')
    .attr('class', part)
    .attr('d', ([, alike]) => alike.map(shape).join(''));
}

const rectangle = ({ x, y, width, height }: Box) => `M${x},${y}h${width}v${height}h${-width}z`;
const route = ({ points }: Line) => `M${points.map(({ x, y }) => `${x},${y}`).join('L')}`;
