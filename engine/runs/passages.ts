import type { Binding } from '../plan';
import type { Passage } from '../protocol';
import { originName } from './capture';
import { bindInputs } from './inputs';
import { keptOf } from './kept';
import { readinessOf } from './readiness';
import { requireStep } from './require-step';
import type { EngineRooms } from './run-context';
import type { RunRecord, StepRecord } from './run-state';

/**
 * What passed on the edges of a run that fit a wish: `from -> to`, each side a node, a step or a port of one; or one of them
 * alone, which means all that went into it (R17: the information transmitted in each path).
 */
export async function passagesOf(rooms: EngineRooms, run: RunRecord, wish: string): Promise<Passage[]> {
  const [first = '', second] = wish.split('->').map((side) => side.trim());
  const [from, to] = second === undefined ? [null, first] : [first, second];
  requireStep(run, to ?? '');
  if (from !== null && from !== 'artifact' && !from.startsWith('sources.')) requireStep(run, from);
  const passages: Passage[] = [];
  for (const record of run.steps.values()) {
    const readiness = readinessOf(run, record);
    if (readiness.kind !== 'ready') continue;
    for (const binding of readiness.inputs) {
      const target = binding.index === null ? binding.port : `${binding.port}/${binding.index}`;
      if (!fits(to, record, target) || (from !== null && !cameFrom(from, run, binding))) continue;
      const [bound] = await bindInputs({ ...rooms, run }, [binding]);
      passages.push({
        from: originName(binding),
        to: `${record.step.name}.${target}`,
        via: binding.via,
        ...(await keptOf(rooms, bound!.digest)),
      });
    }
  }
  return passages;
}

function cameFrom(wish: string, run: RunRecord, { origin }: Binding): boolean {
  if (origin.kind === 'artifact') return wish === 'artifact';
  if (origin.kind === 'source') return wish === `sources.${origin.name}`;
  return fits(wish, run.steps.get(origin.step), origin.port ?? '');
}

/** Does a wish name this step, its node, or this port of either? */
function fits(wish: string, record: StepRecord | undefined, port: string): boolean {
  if (!record) return false;
  const names = [record.step.name, record.step.node];
  return names.some((name) => wish === name || wish === `${name}.${port}` || wish === `${name}.${port.split('/')[0]}`);
}
