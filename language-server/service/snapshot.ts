import {
  type Composer,
  type Lines,
  type ParsedWorkflow,
  type Problem,
  parseWorkflow,
  type Workflow,
} from '../../graph';
import type { YamlNode } from '../../graph/text/nodes';

/** One version of a text and all that is known of it. Parsed once; every request about the version reads this. */
export interface Snapshot {
  uri: string;
  version: number;
  text: string;
  lines: Lines;
  /** What is valid in the text. */
  workflow: Workflow;
  problems: Problem[];
  document: ParsedWorkflow['document'];
  /** The root of the YAML document; the ranges of its nodes are offsets of the text. */
  root: YamlNode;
}

/** @param compose the composer of this document: what has not changed since its last text is not parsed again. */
export function readSnapshot(uri: string, version: number, text: string, compose?: Composer): Snapshot {
  const { workflow, problems, document, lines } = parseWorkflow(text, undefined, compose);
  return { uri, version, text, lines, workflow, problems, document, root: document.contents as YamlNode };
}

/** Something that follows from a snapshot: computed when it is first asked for, and kept as long as the snapshot. */
export function derived<T>(compute: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const known = new WeakMap<Snapshot, { value: T }>();
  return (snapshot) => {
    let found = known.get(snapshot);
    if (!found) {
      found = { value: compute(snapshot) };
      known.set(snapshot, found);
    }
    return found.value;
  };
}
