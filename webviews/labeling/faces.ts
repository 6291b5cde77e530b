import type { FromLabeling, Sample, Thumbs, Variant } from '../../extension/messages/labeling';
import { pictures } from './paint';

/** Samples kept in memory, a face. */
const KEPT = 3000;

/** What samples look like, as far as it was asked for: whole ones, and small ones for the grid. */
export class Faces {
  private readonly whole = new Map<Variant, Map<string, Sample>>();
  private readonly small = new Map<Variant, Map<string, Sample>>();
  private readonly asked = new Set<string>();

  constructor(private readonly tell: (message: FromLabeling) => void) {}

  of(variant: Variant): ReadonlyMap<string, Sample> {
    return kindOf(this.whole, variant);
  }

  /** Of these, what there is to see: rows of a table have their error beside the reconstruction, and no overlay. */
  among(views: Variant[]): Variant[] {
    const [first] = this.of('data').values();
    return first?.kind === 'row' ? views.filter((view) => view !== 'error' && view !== 'overlay') : views;
  }

  smallOf(variant: Variant): ReadonlyMap<string, Sample> {
    return kindOf(this.small, variant);
  }

  /** Asks for what nobody asked for yet. */
  need(from: Variant, ids: readonly string[]): void {
    const fresh = this.fresh(`whole ${from}`, ids);
    if (fresh.length > 0) this.tell({ type: 'need', from, ids: fresh });
  }

  needSmall(from: Variant, ids: readonly string[]): void {
    const fresh = this.fresh(`small ${from}`, ids);
    if (fresh.length > 0) this.tell({ type: 'thumbs', from, ids: fresh });
  }

  take(from: Variant, samples: readonly { id: string; sample: Sample }[]): void {
    // Rows of a table are no pictures: the grid shows them as they are.
    for (const { id, sample } of samples) {
      this.keep(this.whole, `whole ${from}`, from, id, sample);
      if (sample.kind !== 'image') this.keep(this.small, `small ${from}`, from, id, sample);
    }
  }

  takeSmall(from: Variant, thumbs: Thumbs): void {
    for (const [id, picture] of pictures(thumbs)) this.keep(this.small, `small ${from}`, from, id, picture);
  }

  clear(): void {
    this.whole.clear();
    this.small.clear();
    this.asked.clear();
  }

  /** What a detector made of the samples: it may be another's by now. */
  clearMade(): void {
    const isMade = (from: string) => from !== 'data' && from !== 'clean';
    for (const faces of [this.whole, this.small]) {
      for (const from of [...faces.keys()]) if (isMade(from)) faces.delete(from);
    }
    for (const asked of [...this.asked]) if (isMade(asked.split(' ')[1]!)) this.asked.delete(asked);
  }

  private fresh(kind: string, ids: readonly string[]): string[] {
    const fresh = ids.filter((id) => !this.asked.has(`${kind} ${id}`));
    for (const id of fresh) this.asked.add(`${kind} ${id}`);
    return fresh;
  }

  private keep(
    faces: Map<Variant, Map<string, Sample>>,
    kind: string,
    from: Variant,
    id: string,
    sample: Sample,
  ): void {
    const kept = kindOf(faces, from);
    kept.set(id, sample);
    if (kept.size <= KEPT) return;
    const oldest = kept.keys().next().value!;
    kept.delete(oldest);
    this.asked.delete(`${kind} ${oldest}`);
  }
}

function kindOf(faces: Map<Variant, Map<string, Sample>>, variant: Variant): Map<string, Sample> {
  const known = faces.get(variant);
  if (known) return known;
  const fresh = new Map<string, Sample>();
  faces.set(variant, fresh);
  return fresh;
}
