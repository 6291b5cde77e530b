import type { Selection } from 'd3-selection';
import { type ZoomTransform, zoom, zoomIdentity, zoomTransform } from 'd3-zoom';
import type { Scene } from '../../extension/messages';
import { remember, remembered } from '../bridge';

type Svg = Selection<SVGSVGElement, unknown, null, undefined>;

interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

const MARGIN = 24;
const ZOOMS: [number, number] = [0.05, 3];

/** What part of the graph is seen, and how large. Until a person moves it, it is fitted to the room that there is. */
export class Viewport {
  private moved = false;
  private placed = false;
  private readonly zooming = zoom<SVGSVGElement, unknown>();

  /** @param show Called with each new view. */
  constructor(
    private readonly svg: Svg,
    private readonly show: (transform: ZoomTransform) => void,
  ) {
    this.zooming
      .scaleExtent(ZOOMS)
      // A trackpad pans, with ctrl it zooms; a click is no drag, and a drag from a handle draws an edge.
      .filter(
        (event: MouseEvent) =>
          event.type !== 'dblclick' &&
          (event.type !== 'wheel' || event.ctrlKey || event.metaKey) &&
          event.button === 0 &&
          !(event.target as Element).closest('.handle'),
      )
      .clickDistance(5)
      .on('zoom', ({ transform, sourceEvent }: { transform: ZoomTransform; sourceEvent: unknown }) => {
        this.moved ||= Boolean(sourceEvent);
        const { x, y, k } = transform;
        remember({ view: this.moved ? { x, y, k } : null });
        show(transform);
      });
    svg.call(this.zooming);
    svg.on('wheel.pan', (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.moved = true;
      const { k } = this.transform;
      svg.call(this.zooming.translateBy, -event.deltaX / k, -event.deltaY / k);
    });
  }

  get transform(): ZoomTransform {
    return zoomTransform(this.svg.node()!);
  }

  /** In the graph's pixels. */
  get window(): Place {
    const { x, y, k } = this.transform;
    const { clientWidth, clientHeight } = this.svg.node()!;
    return { x: -x / k, y: -y / k, width: clientWidth / k, height: clientHeight / k };
  }

  zoomBy(factor: number): void {
    this.moved = true;
    this.svg.call(this.zooming.scaleBy, factor);
  }

  goTo(x: number, y: number): void {
    this.moved = true;
    this.svg.call(this.zooming.translateTo, x, y);
  }

  /** All of the graph in view, but no larger than life. */
  fit(scene: Scene | null): void {
    this.moved = false;
    const { clientWidth, clientHeight } = this.svg.node()!;
    if (!scene || clientWidth === 0 || scene.width === 0) return;
    const k = Math.min(1, (clientWidth - 2 * MARGIN) / scene.width, (clientHeight - 2 * MARGIN) / scene.height);
    const scale = Math.max(ZOOMS[0], k);
    const x = (clientWidth - scale * scene.width) / 2;
    const y = Math.max(MARGIN, (clientHeight - scale * scene.height) / 2);
    this.svg.call(this.zooming.transform, zoomIdentity.translate(x, y).scale(scale));
  }

  /** Another graph: it is fitted, wherever a person was in the former one. */
  forget(): void {
    this.moved = false;
    this.placed = true;
  }

  resized(scene: Scene | null): void {
    if (this.moved) this.show(this.transform);
    else this.fit(scene);
  }

  /** The former picture stays where it was: `anchor`, what a person looks at, keeps its place on the screen. */
  keep(anchor: { from: Place; to: Place } | null, after: Scene): void {
    if (!this.placed) {
      this.placed = true;
      const { view } = remembered() as { view?: { x: number; y: number; k: number } | null };
      if (!view) this.fit(after);
      else {
        this.moved = true;
        this.svg.call(this.zooming.transform, zoomIdentity.translate(view.x, view.y).scale(view.k));
      }
    } else if (!this.moved) {
      this.fit(after);
    } else if (anchor) {
      this.svg.call(this.zooming.translateBy, anchor.from.x - anchor.to.x, anchor.from.y - anchor.to.y);
    }
  }

  bringIntoView(place: Place): void {
    const { x, y, k } = this.transform;
    const { clientWidth, clientHeight } = this.svg.node()!;
    const isInView = (start: number, length: number, size: number) =>
      length <= size ? start >= 0 && start + length <= size : start < size && start + length > 0;
    // A sub-workflow may be larger than the window: a part of it is all that can be seen.
    const seenAcross = isInView(k * place.x + x, k * place.width, clientWidth);
    const seenDown = isInView(k * place.y + y, k * place.height, clientHeight);
    if (seenAcross && seenDown) return;
    this.goTo(place.x + place.width / 2, place.y + place.height / 2);
  }
}
