import { visitPlaces } from '../places';
import { derived, type Snapshot } from '../snapshot';
import { type Collector, collectPlace, namesOf } from './collect';
import { idOf, type NamedThing, type Occurrence } from './symbol';

/** Every name in a text with what it means, in the order of the text. */
export const occurrencesOf = derived((snapshot: Snapshot): Occurrence[] => {
  const collector: Collector = { snapshot, names: namesOf(snapshot), found: [] };
  visitPlaces(snapshot, (place) => collectPlace(collector, place));
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
 * another and the parameter `lr` for a third. They are one name: to rename one is to rename all of them.
 */
function unite(snapshot: Snapshot): Map<string, string> {
  const leaders = new Map<string, string>();
  const names = namesOf(snapshot);
  const given = new Map<string, number>();
  const users = new Map<string, number>();
  for (const program of names.programs.values()) {
    if ('executor' in program) users.set(program.executor, (users.get(program.executor) ?? 0) + 1);
  }
  for (const { thing, definition } of occurrencesOf(snapshot)) {
    if (thing.kind !== 'argument' || definition) continue;
    const id = idOf(thing);
    if (names.axes.has(thing.name)) join(leaders, id, idOf({ kind: 'axis', owner: '', name: thing.name }));
    if (isGiven(snapshot, thing, given) < (users.get(thing.owner) ?? 0) && names.parameters.has(thing.name)) {
      join(leaders, id, idOf({ kind: 'parameter', owner: '', name: thing.name }));
    }
  }
  return leaders;
}

/** How many nodes of an executor give an argument below `with`. */
function isGiven({ workflow }: Snapshot, { owner, name }: NamedThing, known: Map<string, number>): number {
  const key = `${owner} ${name}`;
  let count = known.get(key);
  if (count === undefined) {
    count = 0;
    for (const node of workflow.nodes.values()) {
      if ('executor' in node.program && node.program.executor === owner && node.with.has(name)) count++;
    }
    known.set(key, count);
  }
  return count;
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
