import type { TextEdit } from 'vscode-languageserver-types';
import { type Position, parametersOf, type Range } from '../../../graph';
import { RESERVED_NODES } from '../../../graph/language/endpoint';
import { type Change, entrySpan, nodeAt } from '../editing/find';
import type { Snapshot } from '../snapshot';
import { KINDS, namesOf } from './collect';
import { occurrenceAt, occurrencesOf, occurrencesOfThing } from './occurrences';
import { idOf, type NamedThing, type SymbolKind, wordFor } from './symbol';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

/** Why something is not renamed, in a sentence. */
export interface Refusal {
  refused: string;
}

/** What would be renamed at a position. */
export function prepareRename(snapshot: Snapshot, position: Position): { range: Range; placeholder: string } | Refusal {
  const occurrence = occurrenceAt(snapshot, snapshot.lines.offsetAt(position));
  if (!occurrence) return { refused: 'There is no name here.' };
  const refusal = fixed(snapshot, occurrence.thing);
  if (refusal) return refusal;
  return { range: snapshot.lines.range(occurrence.start, occurrence.end), placeholder: occurrence.thing.name };
}

/** Gives the thing at a position another name, everywhere: in the shorthand of edges and in `$(...)` too. */
export function rename(snapshot: Snapshot, position: Position, name: string): TextEdit[] | Refusal {
  const occurrence = occurrenceAt(snapshot, snapshot.lines.offsetAt(position));
  return occurrence ? renameThing(snapshot, occurrence.thing, name) : { refused: 'There is no name here.' };
}

export function renameThing(snapshot: Snapshot, thing: NamedThing, name: string): TextEdit[] | Refusal {
  const refusal = fixed(snapshot, thing) ?? objectionTo(snapshot, thing, name);
  if (refusal) return refusal;
  if (name === thing.name) return [];
  const conditions = thing.kind === 'node' && name.includes('-') ? quotedConditions(snapshot, thing.name, name) : [];
  const names = occurrencesOfThing(snapshot, thing)
    .filter(({ start }) => !conditions.some((condition) => condition.start <= start && start < condition.end))
    .map(({ start, end }): Change => ({ start, end, text: name }));
  return [...names, ...conditions].map(({ start, end, text }) => ({
    range: snapshot.lines.range(start, end),
    newText: text,
  }));
}

/**
 * Conditions that read a node's metrics without quotes, with the name that needs them. They are written anew as a whole:
 * YAML would take a quote at their beginning for its own.
 */
function quotedConditions(snapshot: Snapshot, node: string, name: string): Change[] {
  const bare = new RegExp(`(?<!['\\w.])metrics\\.${node}\\.`);
  const metric = new RegExp(`'metrics\\.${node}\\.([^']*)'|\\bmetrics\\.${node}\\.([\\w$.]*)`, 'g');
  return [...snapshot.workflow.nodes.values()].flatMap(({ name: reader, when }) => {
    if (when === undefined || !bare.test(when)) return [];
    const span = entrySpan(snapshot, nodeAt(snapshot, ['nodes', reader, 'when']) ?? null, null);
    const text = when.trim().replace(metric, (_, quoted, plain) => `'metrics.${name}.${quoted ?? plain}'`);
    return span ? [{ ...span, text: JSON.stringify(text) }] : [];
  });
}

/** Names that are not the file's to change. */
function fixed(snapshot: Snapshot, thing: NamedThing): Refusal | undefined {
  if (thing.kind.startsWith('builtin')) return { refused: `"${thing.name}" belongs to a built-in node.` };
  if (isGiven(thing.kind, thing.name)) return givenLabel(thing.name);
  const user = isAxis(snapshot, thing) && setBy(snapshot, thing.name, thing.name);
  return user ? { refused: `"${thing.name}" is a parameter of the built-in node that "${user}" uses.` } : undefined;
}

/** Labels that nodes and edges have by themselves. */
const isGiven = (kind: SymbolKind, name: string): boolean =>
  (kind === 'phase' && name === 'any') || (kind === 'label' && KINDS.has(name));

const givenLabel = (name: string): Refusal => ({
  refused:
    name === 'any'
      ? '"any" is the label of edges that belong to every phase.'
      : `"${name}" is the label of each ${name} that has no other.`,
});

/** Does a thing share its name with an axis, so that to rename one is to rename the other? */
const isAxis = (snapshot: Snapshot, thing: NamedThing): boolean =>
  occurrencesOfThing(snapshot, thing).some((occurrence) => occurrence.thing.kind === 'axis');

/** The first built-in node with a parameter that an axis would set by its name, if that node has the axis. */
const setBy = (snapshot: Snapshot, axis: string, parameter: string): string | undefined =>
  [...snapshot.workflow.nodes.values()].find(
    (node) =>
      namesOf(snapshot).axes.get(node.name)?.has(axis) &&
      !node.with.has(parameter) &&
      parametersOf(snapshot.workflow, node).has(parameter),
  )?.name;

/** Kinds whose names must differ from each other. */
const SPACES: SymbolKind[][] = [
  ['node', 'subworkflow'],
  ['source'],
  ['executor'],
  ['input'],
  ['output'],
  ['label'],
  ['phase'],
  ['parameter', 'axis', 'argument'],
];

function objectionTo(snapshot: Snapshot, thing: NamedThing, name: string): Refusal | undefined {
  if (!NAME.test(name))
    return {
      refused: `"${name}" is no name: write at most 63 letters, digits, "_" and "-", and no digit or "-" at the beginning.`,
    };
  if (thing.kind === 'node' && RESERVED_NODES.has(name))
    return { refused: `"${name}" has a meaning of its own and can't name a node.` };
  if (isGiven(thing.kind, name)) return givenLabel(name);
  if (name === thing.name || thing.kind === 'workflow' || thing.kind === 'type') return undefined;
  const space = SPACES.find((kinds) => kinds.includes(thing.kind)) ?? [thing.kind];
  const own = new Set(occurrencesOfThing(snapshot, thing).map((occurrence) => idOf(occurrence.thing)));
  const taken = occurrencesOf(snapshot).find(
    (other) =>
      other.thing.name === name &&
      space.includes(other.thing.kind) &&
      (space.length > 1 || other.thing.owner === thing.owner) &&
      !own.has(idOf(other.thing)),
  );
  if (taken) return { refused: `There is a ${wordFor[taken.thing.kind]} "${name}" already.` };
  const user = isAxis(snapshot, thing) && setBy(snapshot, thing.name, name);
  return user ? { refused: `"${name}" is a parameter of the built-in node that "${user}" uses.` } : undefined;
}
