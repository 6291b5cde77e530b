import type { NodeStatus, Scene } from '../../extension/messages';
import { wordOf } from './states';

/**
 * The nodes that a search finds: by name, program, kind, label or state; all words must be there. Also the groups that
 * are called so, and those that are closed over what is called so.
 */
export function searchScene(scene: Scene, status: ReadonlyMap<string, NodeStatus>, text: string): ReadonlySet<string> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (all: string) => words.every((word) => all.toLowerCase().includes(word));
  const stateOf = (id: string) => {
    const state = status.get(id)?.state;
    return state ? `${state} ${wordOf(state)}` : '';
  };
  const boxes = scene.boxes.filter(({ id, name, program, kind, nature, label }) =>
    fits([name, program, kind, nature, label, stateOf(id)].join(' ')),
  );
  const groups = scene.groups.filter(
    ({ name, collapsed, members }) => fits(name) || (collapsed && members.some((member) => fits(member))),
  );
  return new Set([...boxes.map(({ id }) => id), ...groups.map(({ name }) => `group:${name}`)]);
}
