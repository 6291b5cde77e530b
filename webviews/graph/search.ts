import type { NodeStatus, Scene } from '../../extension/messages';

/** The nodes that a search finds: by name, program, kind, label or state; all words must be there. */
export function searchScene(scene: Scene, status: ReadonlyMap<string, NodeStatus>, text: string): ReadonlySet<string> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = scene.boxes.filter(({ id, name, program, kind, nature, label }) => {
    const all = [name, program, kind, nature, label, status.get(id)?.state ?? ''].join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return new Set(found.map(({ id }) => id));
}
