import { pointer, type Selection } from 'd3-selection';
import type { Box } from '../../extension/messages';

type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** An edge that a person is about to draw: dragged from a node's handle, or begun by a key and ended at another node. */
export class Connecting {
  /** The node that it begins at. */
  from: string | null = null;
  private rubber: Selection<SVGPathElement, unknown, null, undefined> | null = null;

  constructor(
    private readonly root: Layer,
    private readonly hands: { changed(): void; done(from: string, to: string): void },
  ) {}

  begin(from: string): void {
    this.from = from;
    this.hands.changed();
  }

  /** @returns whether an edge was about to be drawn. */
  end(to: string | null): boolean {
    const { from } = this;
    if (from === null) return false;
    this.from = null;
    this.rubber?.remove();
    this.rubber = null;
    this.hands.changed();
    if (to !== null && to !== from) this.hands.done(from, to);
    return true;
  }

  /** Follows the pointer until it is let go. */
  drag(event: PointerEvent, { id, x, y, width, height }: Box): void {
    event.stopPropagation();
    event.preventDefault();
    this.begin(id);
    const start = `M${x + width / 2},${y + height}L`;
    this.rubber = this.root
      .append('path')
      .attr('class', 'rubber')
      .attr('d', `${start}${x + width / 2},${y + height}`);
    const move = (moved: PointerEvent) => this.rubber?.attr('d', start + pointer(moved, this.root.node()).join(','));
    const up = (let_go: PointerEvent) => {
      window.removeEventListener('pointermove', move);
      const target = document.elementFromPoint(let_go.clientX, let_go.clientY)?.closest('g.node');
      this.end(target?.getAttribute('data-id') ?? null);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up, { once: true });
  }
}
