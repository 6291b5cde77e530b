import { isMap } from 'yaml';
import { catalogue, type Node, portsOf, type SignatureParameter, typesFit } from '../../../graph';
import type { YamlNode } from '../../../graph/text/nodes';
import { NEVER } from '../cancellation';
import { leadingTo, reachedFrom } from '../completion/reachable';
import { addEntry, addItem } from '../editing/add';
import { type Change, entrySpan, eolOf, lastLineEnd, nodeAt, pairAt } from '../editing/find';
import { placesAround, shapeAt } from '../places';
import type { Snapshot } from '../snapshot';
import { defaultText } from '../words';
import { type ActionRequest, changing, type Proposal } from './action';

/** How many of many possibilities are offered. */
const MOST = 5;

/** The text that a problem is about. */
export const writtenAt = ({ snapshot, problem }: ActionRequest): string =>
  snapshot.text.slice(snapshot.lines.offsetAt(problem.range.start), snapshot.lines.offsetAt(problem.range.end));

/** The path of the place that a problem is about. */
export const pathAt = ({ snapshot, problem }: ActionRequest) =>
  placesAround(snapshot, snapshot.lines.offsetAt(problem.range.start)).at(-1)?.path ?? [];

/** An input that nothing gives: an edge from each output or source that fits and closes no cycle. */
export function addMissingEdge(request: ActionRequest): Proposal[] {
  const { snapshot } = request;
  const { workflow } = snapshot;
  const node = workflow.nodes.get(writtenAt(request));
  if (!node) return [];
  const bound = new Set(workflow.edges.filter(({ to }) => to.node === node.name).map(({ to }) => to.port));
  const free = [...portsOf(workflow, node).inputs.values()].filter((input) => !bound.has(input.name));
  const required = free.filter((input) => !input.optional);
  const missing = required.length > 0 ? required : free;
  return missing.flatMap((input) =>
    givers(snapshot, node, input.type)
      .slice(0, MOST)
      .flatMap(({ from, phase }) => {
        const edge = `${from} -> ${node.name}.${input.name}${phase === undefined ? '' : ` [${phase}]`}`;
        return changing(`Add the edge "${edge}"`, addItem(snapshot, ['edges'], edge));
      }),
  );
}

/** What can be given to a node: the same type first, then what has no other taker. */
function givers({ workflow }: Snapshot, node: Node, type: string): { from: string; phase: string | undefined }[] {
  const beyond = reachedFrom(workflow, node.name, undefined, NEVER);
  const before = leadingTo(workflow, node.name, undefined, NEVER);
  const phases = workflow.edges
    .filter(({ from, to }) => to.node === node.name || (!from.source && from.node === node.name))
    .map(({ label }) => label);
  const phase = phases.find((label) => label !== 'any') ?? workflow.labels.edges[0];
  const taken = new Set(
    workflow.edges.map(({ from }) => `${from.source ? 'sources.' : ''}${from.node}.${from.port ?? ''}`),
  );
  const candidates: { from: string; score: number }[] = [];
  for (const source of workflow.sources.values()) {
    if (!typesFit(source.type, type)) continue;
    candidates.push({
      from: `sources.${source.name}`,
      score: (source.type === type ? 0 : 4) + (taken.has(`sources.${source.name}.`) ? 1 : 0),
    });
  }
  for (const other of workflow.nodes.values()) {
    if (beyond.has(other.name) || other.kind === 'tracker') continue;
    for (const output of portsOf(workflow, other).outputs.values()) {
      if (!typesFit(output.type, type)) continue;
      candidates.push({
        from: `${other.name}.${output.name}`,
        score:
          (output.type === type ? 0 : 4) +
          (taken.has(`${other.name}.${output.name}`) ? 1 : 0) +
          (before.has(other.name) ? 0 : 2),
      });
    }
  }
  return candidates.sort((one, other) => one.score - other.score).map(({ from }) => ({ from, phase }));
}

/** A name that nothing has: what would declare it. */
export function declareExecutor(request: ActionRequest): Proposal[] {
  const name = writtenAt(request);
  const { snapshot } = request;
  const text = `\n  files: [${name}.py]\n  command: [python3, ${name}.py]`;
  return changing(`Declare an executor "${name}"`, entryOfLines(snapshot, ['executors'], name, text));
}

export function declareNode(request: ActionRequest): Proposal[] {
  const name = writtenAt(request);
  if (!/^[A-Za-z_][\w-]*$/.test(name)) return [];
  const { snapshot } = request;
  return [...snapshot.workflow.executors.keys()]
    .slice(0, MOST)
    .flatMap((executor) =>
      changing(
        `Declare a node "${name}" that runs "${executor}"`,
        addEntry(snapshot, ['nodes'], name, `{ executor: ${executor} }`),
      ),
    );
}

export function declareSource(request: ActionRequest): Proposal[] {
  const name = writtenAt(request).replace(/^sources\./, '');
  return changing(`Declare a source "${name}"`, addEntry(request.snapshot, ['sources'], name, `data/${name}`));
}

export function declareLabel(request: ActionRequest): Proposal[] {
  const name = writtenAt(request);
  const alphabet = pathAt(request)[0] === 'edges' ? 'edges' : 'nodes';
  return changing(`Add "${name}" to the labels of ${alphabet}`, addItem(request.snapshot, ['labels', alphabet], name));
}

/** `$(x)`: a parameter of the workflow, or a port of the executor. */
export function declareReference(request: ActionRequest): Proposal[] {
  const { snapshot } = request;
  const written = writtenAt(request);
  const [side, port] = written.split('.') as [string, string | undefined];
  const [section, owner] = pathAt(request);
  if (port === undefined)
    return changing(`Declare a parameter "${written}"`, addEntry(snapshot, ['parameters'], written, '""'));
  if (section !== 'executors' || (side !== 'inputs' && side !== 'outputs')) return [];
  return changing(
    `Declare the ${side.slice(0, -1)} "${port}"`,
    addEntry(snapshot, ['executors', String(owner), side], port, 'file'),
  );
}

/** A port that an executor of this file does not have. */
export function declarePort(request: ActionRequest): Proposal[] {
  const { snapshot, problem } = request;
  const port = writtenAt(request);
  const edges = snapshot.text.slice(0, snapshot.lines.offsetAt(problem.range.start));
  const node = /([A-Za-z_][\w-]*)\.$/.exec(edges)?.[1];
  const program = node === undefined ? undefined : snapshot.workflow.nodes.get(node)?.program;
  if (!program || !('executor' in program)) return [];
  const output = /has no output/.test(problem.message);
  const side = output ? 'outputs' : 'inputs';
  return changing(
    `Declare the ${output ? 'output' : 'input'} "${port}" of executor "${program.executor}"`,
    addEntry(snapshot, ['executors', program.executor, side], port, 'file'),
  );
}

/** Keys that an entry must have, with a value to begin with. */
export function addMissingKeys(request: ActionRequest): Proposal[] {
  const { snapshot, problem } = request;
  const missing = /has no "([a-z]+)"/.exec(problem.message)?.[1];
  const path = pathAt(request);
  if (missing === undefined) {
    const [section, name] = path;
    if (section !== 'nodes' || path.length !== 2) return [];
    return [...snapshot.workflow.executors.keys()]
      .slice(0, MOST)
      .flatMap((executor) =>
        changing(`Let "${String(name)}" run "${executor}"`, addEntry(snapshot, path, 'executor', executor)),
      );
  }
  const holder = isMapPath(snapshot, path) ? path : path.slice(0, -1);
  const { shape } = shapeAt(holder);
  const object = shape?.kind === 'either' ? shape.long : shape;
  const field = object?.kind === 'object' ? object.fields[missing] : undefined;
  if (!field) return [];
  const title = `Add "${missing}"`;
  // In brackets, one key is as good a neighbour as another.
  if (holder.length === 0 && !(isMap(snapshot.root) && snapshot.root.flow)) {
    const change = addLine(
      snapshot,
      `${missing}: ${field.example ?? ''}`,
      missing === 'scanflow' ? undefined : 'scanflow',
    );
    return [{ title, changes: [change], preferred: true }];
  }
  return changing(title, addEntry(snapshot, holder, missing, field.example ?? '')).map((proposal) => ({
    ...proposal,
    preferred: true,
  }));
}

/** A line of the file's own map: after one of its keys, or before all of them. */
function addLine(snapshot: Snapshot, line: string, after: string | undefined): Change {
  const { root, text } = snapshot;
  const eol = eolOf(text);
  const pair = after === undefined ? undefined : pairAt(root, after);
  const span = pair && entrySpan(snapshot, pair.key as YamlNode, pair.value as YamlNode);
  if (span) {
    const at = lastLineEnd(text, span.end);
    return { start: at, end: at, text: eol + line };
  }
  const first = isMap(root) ? ((root.items[0]?.key as YamlNode)?.range?.[0] ?? text.length) : text.length;
  return { start: first, end: first, text: line + eol };
}

const isMapPath = (snapshot: Snapshot, path: readonly (string | number)[]): boolean => {
  const node = nodeAt(snapshot, path);
  return node !== undefined && node !== null && 'items' in node;
};

/** A parameter of a built-in that must be given. */
export function giveParameter(request: ActionRequest): Proposal[] {
  const { snapshot } = request;
  const node = snapshot.workflow.nodes.get(writtenAt(request));
  const signature =
    node && 'uses' in node.program ? catalogue.get(node.program.uses.replace(/^scanflow\//, '')) : undefined;
  const required =
    signature?.parameters.filter((parameter) => parameter.default === undefined && !node?.with.has(parameter.name)) ??
    [];
  return required.flatMap((parameter) => {
    const same = snapshot.workflow.parameters.has(parameter.name);
    const value = same ? `$(${parameter.name})` : sampleOf(parameter);
    return changing(
      `Give "${parameter.name}" ${same ? `the workflow's value` : 'a value'}`,
      addEntry(snapshot, ['nodes', node!.name, 'with'], parameter.name, value),
    );
  });
}

const sampleOf = ({ type, minimum, enum: choices }: SignatureParameter): string => {
  if (choices?.[0] !== undefined) return defaultText(choices[0]);
  const samples = {
    string: '""',
    integer: String(minimum ?? 1),
    number: String(minimum ?? 1),
    boolean: 'true',
    list: '[]',
    map: '{}',
  };
  return samples[type];
};

/** An entry over several lines; in a map in brackets it can't be. */
export function entryOfLines(snapshot: Snapshot, path: readonly string[], name: string, lines: string) {
  const map = nodeAt(snapshot, path);
  if (map && 'flow' in map && map.flow) return undefined;
  const change = addEntry(snapshot, path, name, lines);
  return (
    change && {
      ...change,
      text: change.text.replace(`${name}: \n`, `${name}:\n`).replace(`${name}: \r\n`, `${name}:\r\n`),
    }
  );
}
