import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml';
import { documentShape } from '../../graph/definition/document';
import type { Field, Shape } from '../../graph/definition/shape';
import { textOf, type YamlNode } from '../../graph/text/nodes';
import type { Step } from './cursor/cursor';
import type { Snapshot } from './snapshot';

/** A value somewhere in a document, and what the language says belongs there. */
export interface Place {
  /** Keys and indices from the root. */
  path: readonly Step[];
  node: YamlNode;
  /** Undefined where the language knows nothing of the place: below an unknown key. */
  shape: Shape | undefined;
  /** The key before it, in a map. */
  key: Scalar | undefined;
  /** What the language says of the key. */
  field: Field | undefined;
}

/** Shows every value of a document, parents before children, in the order of the text. */
export function visitPlaces(snapshot: Snapshot, visit: (place: Place) => void): void {
  visitBelow(rootPlace(snapshot), visit);
}

function visitBelow(place: Place, visit: (place: Place) => void): void {
  visit(place);
  for (const child of childrenOf(place)) visitBelow(child, visit);
}

const rootPlace = ({ root }: Snapshot): Place => ({
  path: [],
  node: root,
  shape: documentShape,
  key: undefined,
  field: undefined,
});

export function childrenOf({ path, node, shape }: Place): Place[] {
  const own = shape && branchFor(shape, node);
  if (isSeq(node)) {
    const of = own?.kind === 'list' ? own.of : undefined;
    return node.items.map((item, index) => ({
      path: [...path, index],
      node: item as YamlNode,
      shape: of,
      key: undefined,
      field: undefined,
    }));
  }
  if (!isMap(node)) return [];
  const children: Place[] = [];
  for (const pair of node.items as Pair[]) {
    const name = textOf(pair.key);
    if (name === undefined || isAlias(pair.key)) continue;
    const { shape: inner, field } = below(own, name);
    children.push({
      path: [...path, name],
      node: pair.value as YamlNode,
      shape: inner,
      key: pair.key as Scalar,
      field,
    });
  }
  return children;
}

/** What a shape says of one of its keys or items. */
export function below(shape: Shape | undefined, step: Step): { shape: Shape | undefined; field: Field | undefined } {
  if (shape?.kind === 'either') {
    const long = below(shape.long, step);
    return long.shape ? long : below(shape.short, step);
  }
  if (shape?.kind === 'object' && typeof step === 'string') {
    const field = Object.hasOwn(shape.fields, step) ? shape.fields[step] : undefined;
    return { shape: field?.shape, field };
  }
  if (shape?.kind === 'map' && typeof step === 'string') return { shape: shape.of, field: undefined };
  if (shape?.kind === 'list' && typeof step === 'number') return { shape: shape.of, field: undefined };
  return { shape: undefined, field: undefined };
}

/** The form of a shape with two that a node is written in. */
function branchFor(shape: Shape, node: YamlNode): Shape {
  if (shape.kind !== 'either') return shape;
  return isScalar(node) || node === null ? branchFor(shape.short, node) : branchFor(shape.long, node);
}

/** What the language says of the place that a path leads to. */
export function shapeAt(path: readonly Step[]): { shape: Shape | undefined; field: Field | undefined } {
  let found: { shape: Shape | undefined; field: Field | undefined } = { shape: documentShape, field: undefined };
  for (const step of path) found = below(found.shape, step);
  return found;
}

/** The keys of the language on the way to a place, without the names that the user chose: `nodes.metric.name`. */
export function fieldPath(path: readonly Step[]): string {
  const fields: Step[] = [];
  let shape: Shape | undefined = documentShape;
  for (const step of path) {
    const found = below(shape, step);
    if (found.field) fields.push(step);
    shape = found.shape;
  }
  return fields.join('.');
}

/** The innermost value whose text holds an offset, with those that it is in, outermost first; a key counts to its value. */
export function placesAround(snapshot: Snapshot, offset: number): Place[] {
  const chain: Place[] = [rootPlace(snapshot)];
  for (;;) {
    const inner = childrenOf(chain.at(-1)!).findLast((child) => holds(child, offset));
    if (!inner) return chain;
    chain.push(inner);
  }
}

function holds({ key, node }: Place, offset: number): boolean {
  const start = key?.range?.[0] ?? node?.range?.[0];
  const end = Math.max(node?.range?.[1] ?? 0, key?.range?.[1] ?? 0);
  return start !== undefined && start <= offset && offset <= end;
}
