import { isMap, isSeq } from 'yaml';
import { textOf, type YamlNode } from '../../../graph/text/nodes';
import { nodeAt, pairAt } from '../editing/find';
import { type Collector, writtenAt } from './collect';
import { idOf, type NamedThing } from './symbol';

/**
 * Adds the parameters that edges carry. Last of all: only what else is found tells them from metrics, which are named in
 * programs and not in the text.
 */
export function collectCarried(collector: Collector): void {
  const edges = nodeAt(collector.snapshot, ['edges']);
  if (!isSeq(edges)) return;
  let known: Set<string> | undefined;
  for (const edge of edges.items as YamlNode[]) {
    const carries = pairAt(edge, 'carries')?.value;
    const from = isMap(edge) && textOf(pairAt(edge, 'from')?.value)?.split('.')[0];
    if (!isSeq(carries) || !from) continue;
    known ??= new Set(collector.found.map(({ thing }) => idOf(thing)));
    for (const item of carries.items as YamlNode[]) {
      const written = writtenAt(collector, item);
      const thing = written && parameterOf(collector, from, written.text, known);
      if (thing)
        collector.found.push({ thing, start: written.at(0), end: written.at(written.text.length), definition: false });
    }
  }
}

/** What a name is to a node that logs its parameters: what its program or `with` calls so, or else an axis of its versions. */
function parameterOf(
  { names }: Collector,
  node: string,
  name: string,
  known: ReadonlySet<string>,
): NamedThing | undefined {
  const program = names.programs.get(node);
  if (program && 'executor' in program) {
    const argument: NamedThing = { kind: 'argument', owner: program.executor, name };
    if (known.has(idOf(argument))) return argument;
  }
  return names.axes.get(node)?.has(name) ? { kind: 'axis', owner: '', name } : undefined;
}
