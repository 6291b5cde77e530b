import type { NodeStatus } from '../../extension/messages';
import { signOf } from './states';

/** How the nodes within a collapsed group are: `✓ 3  ✗ 1`. */
export function tallyOf(members: readonly string[], status: ReadonlyMap<string, NodeStatus>): string {
  const states = members.flatMap((id) => status.get(id)?.state ?? []);
  return [...Map.groupBy(states, (state) => state)].map(([state, all]) => `${signOf(state)} ${all.length}`).join('  ');
}
