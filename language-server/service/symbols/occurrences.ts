import { visitPlaces } from '../places';
import { derived, type Snapshot } from '../snapshot';
import { collectCarried } from './carried';
import { type Collector, collectPlace, type Names, namesOf } from './collect';
import { idOf, type NamedThing, type Occurrence } from './symbol';

/** Every name in a text with what it means, in the order of the text. */
export const occurrencesOf = derived((snapshot: Snapshot): Occurrence[] => {
  const collector: Collector = { snapshot, names: namesOf(snapshot), found: [] };
  visitPlaces(snapshot, (place) => collectPlace(collector, place));
  collectCarried(collector);
  return collector.found.sort((one, other) => one.start - other.start);
});

/** Occurrences by the thing that they name, those of one meaning together. */
const groupsOf = derived((snapshot: Snapshot): Map<string, Occurrence[]> => {
  const leaders = unite(snapshot);
  const groups = new Map<string, Occurrence[]>();
  for (const occurrence of occurrencesOf(snapshot)) {
    const leader = leaderOf(leaders, idOf(occurrence.thing));
    const group = groups.get(leader);
    if (group) group.push(occurrence);
    else groups.set(leader, [occurrence]);
  }
  return groups;
});

const leadersOf = derived(unite);

/** The name at an offset: its last letter's end counts to it. */
export function occurrenceAt(snapshot: Snapshot, offset: number): Occurrence | undefined {
  const all = occurrencesOf(snapshot);
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.end < offset) low = middle + 1;
    else high = middle;
  }
  const found = all[low];
  const next = all[low + 1];
  if (found?.end === offset && next?.start === offset) return next;
  return found && found.start <= offset ? found : undefined;
}

/** All places that name the same thing as an occurrence. */
export function occurrencesOfThing(snapshot: Snapshot, thing: NamedThing): Occurrence[] {
  return groupsOf(snapshot).get(leaderOf(leadersOf(snapshot), idOf(thing))) ?? [];
}

/**
 * What different kinds of names share: `$(lr)` in an executor is the axis `lr` of one of its nodes, the `with: { lr }` of
 * another and the parameter `lr` for a third. They are one name: to rename one is to rename all of them. So are an axis and
 * the parameter that it hides: a node may have its versions in one phase only.
 */
function unite(snapshot: Snapshot): Map<string, string> {
  const leaders = new Map<string, string>();
  const names = namesOf(snapshot);
  const users = usersOf(names);
  const met = new Set<string>();
  for (const { thing, definition } of occurrencesOf(snapshot)) {
    const id = idOf(thing);
    if (definition || met.has(id) || (thing.kind !== 'argument' && thing.kind !== 'axis')) continue;
    met.add(id);
    const nodes = users.get(thing.owner) ?? [];
    const isAxis = nodes.some((node) => names.axes.get(node)?.has(thing.name));
    const isParameter =
      thing.kind === 'axis' || nodes.some((node) => !snapshot.workflow.nodes.get(node)?.with.has(thing.name));
    if (isAxis) join(leaders, id, idOf({ kind: 'axis', owner: '', name: thing.name }));
    if (isParameter && names.parameters.has(thing.name))
      join(leaders, id, idOf({ kind: 'parameter', owner: '', name: thing.name }));
  }
  return leaders;
}

/** Executor -> the nodes that run it. */
function usersOf({ programs }: Names): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const [node, program] of programs) {
    if (!('executor' in program)) continue;
    const group = users.get(program.executor);
    if (group) group.push(node);
    else users.set(program.executor, [node]);
  }
  return users;
}

function leaderOf(leaders: ReadonlyMap<string, string>, id: string): string {
  let at = id;
  for (let next = leaders.get(at); next !== undefined; next = leaders.get(at)) at = next;
  return at;
}

function join(leaders: Map<string, string>, one: string, other: string): void {
  const [first, second] = [leaderOf(leaders, one), leaderOf(leaders, other)];
  if (first !== second) leaders.set(first, second);
}
