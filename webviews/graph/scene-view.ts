import type { Selection } from 'd3-selection';
import type { Scene } from '../../extension/messages';
import { around, cull, type Place, within } from './culling';
import { Drawing, type Hands } from './drawing';
import type { Overlay } from './overlay';
import { Overview } from './overview';
import { entryOf } from './walk';

/** Graphs with fewer boxes are always drawn whole. */
const MANY = 200;
/** Below this zoom, a node's whole body shows its state. */
export const FAR = 0.35;

/** Where a person looks: the part of the graph that is on the screen, and the zoom. */
export interface Look {
  window: Place;
  zoom: number;
}

/**
 * Draws a scene, and of a large one what can be made out: near by, what is around the screen; from afar, nodes and lines
 * without their writing. What Tab enters at is always an element of its own, for it may have the keyboard.
 */
export class SceneView {
  private readonly overview: Overview;
  private readonly drawing: Drawing;
  private drawn: { scene: Scene; overlay: Overlay; far: boolean; region: Place } | null = null;

  constructor(root: Selection<SVGGElement, unknown, null, undefined>, hands: Hands) {
    const groups = root.append('g');
    this.overview = new Overview(root.append('g'), (id, also) => hands.open(id, also));
    this.drawing = new Drawing(groups, root.append('g'), hands);
  }

  draw(scene: Scene, overlay: Overlay, { window, zoom }: Look): void {
    const [far, region] = [zoom < FAR, around(window)];
    this.drawn = { scene, overlay, far, region };
    if (scene.boxes.length <= MANY) {
      this.overview.draw(null, overlay);
      this.drawing.draw(scene, overlay, scene);
      return;
    }
    const alone = entryOf(scene, overlay.selected)!;
    const [own, others] = [scene.boxes.filter(({ id }) => id === alone), scene.boxes.filter(({ id }) => id !== alone)];
    this.overview.draw(far ? { ...scene, boxes: others } : null, overlay);
    this.drawing.draw(scene, overlay, far ? { ...scene, boxes: own, lines: [] } : cull(scene, region, alone));
  }

  /** Draws anew where a move shows what is not drawn yet. */
  look(look: Look): void {
    if (!this.drawn || this.drawn.scene.boxes.length <= MANY) return;
    const { scene, overlay, far, region } = this.drawn;
    const same = far === look.zoom < FAR && (far || within(look.window, region));
    if (!same) this.draw(scene, overlay, look);
  }

  /** All of it, as near by: for a picture. */
  drawWhole(scene: Scene, overlay: Overlay): void {
    this.drawn = null;
    this.overview.draw(null, overlay);
    this.drawing.draw(scene, overlay, scene);
  }
}
