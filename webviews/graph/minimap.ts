import { type Selection, select } from 'd3-selection';
import type { Scene } from '../../extension/messages';

/** Smaller graphs are seen whole anyway. */
const LEAST = 60;

/** The whole graph in a corner, with the part that is on screen. A click goes there. */
export class Minimap {
  private readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly dots: Selection<SVGPathElement, unknown, null, undefined>;
  private scene: Scene | null = null;

  constructor(stage: HTMLElement, go: (x: number, y: number) => void) {
    this.svg = select(stage).append('svg').attr('class', 'minimap').attr('aria-hidden', 'true');
    this.dots = this.svg.append('path').attr('class', 'node-dot');
    this.svg.on('click', (event: MouseEvent) => {
      const node = this.svg.node()!;
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(node.getScreenCTM()?.inverse());
      go(at.x, at.y);
    });
  }

  show(scene: Scene | null, view: { x: number; y: number; width: number; height: number }): void {
    const shown = scene !== null && scene.boxes.length >= LEAST;
    this.svg.style('display', shown ? 'block' : 'none');
    if (!scene || !shown) return;
    if (scene !== this.scene) {
      this.scene = scene;
      this.svg.attr('viewBox', `0 0 ${scene.width} ${scene.height}`);
      const dots = scene.boxes.map(({ x, y, width, height }) => `M${x},${y}h${width}v${height}h${-width}z`);
      this.dots.attr('d', dots.join(''));
    }
    this.svg
      .selectAll('rect.window')
      .data([view])
      .join('rect')
      .attr('class', 'window')
      .attr('x', ({ x }) => x)
      .attr('y', ({ y }) => y)
      .attr('width', ({ width }) => width)
      .attr('height', ({ height }) => height);
  }
}
