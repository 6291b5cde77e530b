import { isMap, isSeq, type Pair } from 'yaml';
import { type Edge, type Lines, type Problem, parseWorkflow, readEndpoint } from '../../../graph';
import { textOf, type YamlNode } from '../../../graph/text/nodes';
import type { EditGraphResult, GraphEdit } from '../../requests';
import { addEntry, addItem } from '../editing/add';
import { type Change, nodeAt, pairAt } from '../editing/find';
import { removeAll, removeEntry, removeItems } from '../editing/remove';
import type { Snapshot } from '../snapshot';
import { renameThing } from '../symbols/rename';

/** An edit made in the drawing, as edits of the text: all else stays as it is, comments and order included. */
export function editGraph(snapshot: Snapshot, edit: GraphEdit): EditGraphResult {
  if (edit.kind === 'rename-node') {
    const edits = renameThing(snapshot, { kind: 'node', owner: '', name: edit.name }, edit.to);
    return 'refused' in edits ? edits : { edits };
  }
  const changes = changesFor(snapshot, edit);
  if ('refused' in changes) return changes;
  const objection =
    edit.kind === 'connect' || edit.kind === 'add-node' || edit.kind === 'relabel'
      ? newProblem(snapshot, changes)
      : undefined;
  if (objection) return { refused: `${objection.message} ${objection.remedy}` };
  return { edits: asEdits(snapshot.lines, changes) };
}

export const asEdits = (
  lines: Lines,
  changes: readonly Change[],
): { range: ReturnType<Lines['range']>; newText: string }[] =>
  changes.map(({ start, end, text }) => ({ range: lines.range(start, end), newText: text }));

type Changes = Change[] | { refused: string };

function changesFor(snapshot: Snapshot, edit: Exclude<GraphEdit, { kind: 'rename-node' }>): Changes {
  switch (edit.kind) {
    case 'add-node':
      return addNode(snapshot, edit);
    case 'remove-node':
      return removeNode(snapshot, edit.name);
    case 'connect':
      return connect(snapshot, edit);
    case 'disconnect':
      return withEdge(
        snapshot,
        edit.edge,
        (_, index) => removeItems(snapshot, ['edges'], new Set([index])) ?? IN_THE_WAY,
      );
    case 'relabel':
      return withEdge(snapshot, edit.edge, (edge, index) => relabel(snapshot, edge, index, edit.label));
    case 'move':
      return move(snapshot, edit.node, edit.workflow);
  }
}

const IN_THE_WAY = { refused: 'The text is written in a way that only a person should change.' };
const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;

function addNode(snapshot: Snapshot, { name, program, label, workflow }: GraphEdit & { kind: 'add-node' }): Changes {
  if (!NAME.test(name)) return { refused: `"${name}" is no name.` };
  if (nodeAt(snapshot, ['nodes', name]) !== undefined) return { refused: `There is a node "${name}" already.` };
  const runs = 'executor' in program ? `executor: ${program.executor}` : `uses: ${program.uses}`;
  const node = addEntry(snapshot, ['nodes'], name, `{ ${runs}${label === undefined ? '' : `, label: ${label}`} }`);
  if (!node) return IN_THE_WAY;
  if (workflow === undefined) return [node];
  const member = addItem(snapshot, ['workflows', workflow, 'nodes'], name);
  return member ? [node, member] : IN_THE_WAY;
}

/** The node with its edges and memberships. What else names it is told by problems: only a person knows what to do there. */
function removeNode(snapshot: Snapshot, name: string): Changes {
  const own = removeEntry(snapshot, ['nodes'], name);
  if (!own) return { refused: `There is no node "${name}".` };
  const edges = nodeAt(snapshot, ['edges']);
  const gone = new Set<number>();
  if (isSeq(edges)) {
    for (const [index, item] of (edges.items as YamlNode[]).entries()) if (endsOf(item).includes(name)) gone.add(index);
  }
  const cut = isSeq(edges) ? removeAll(snapshot, edges, gone) : [];
  const members = leaveWorkflows(snapshot, name, ['nodes', 'after']);
  return cut && members ? [...own, ...cut, ...members] : IN_THE_WAY;
}

/** The nodes that an edge names, right or wrong otherwise. */
function endsOf(item: YamlNode): string[] {
  const ends = isMap(item)
    ? [textOf(item.get('from', true)), textOf(item.get('to', true))]
    : (textOf(item)?.split('[', 1)[0]?.split('->') ?? []);
  return ends.flatMap((end) => {
    const read = end === undefined ? undefined : readEndpoint(end.trim());
    return read && !read.source ? [read.node] : [];
  });
}

function leaveWorkflows(snapshot: Snapshot, name: string, keys: readonly ('nodes' | 'after')[]): Change[] | undefined {
  const workflows = nodeAt(snapshot, ['workflows']);
  const changes: Change[] = [];
  if (!isMap(workflows)) return changes;
  for (const { value } of workflows.items as Pair[]) {
    for (const key of keys) {
      const list = pairAt(value as YamlNode, key)?.value as YamlNode;
      if (!isSeq(list)) continue;
      const own = removeAll(
        snapshot,
        list,
        new Set([...list.items.keys()].filter((index) => textOf(list.items[index]) === name)),
      );
      if (!own) return undefined;
      for (const change of own) changes.push(change);
    }
  }
  return changes;
}

function connect(snapshot: Snapshot, { from, to, label }: GraphEdit & { kind: 'connect' }): Changes {
  if (!readEndpoint(from) || !readEndpoint(to)) return { refused: `"${from} -> ${to}" is no edge.` };
  const change = addItem(snapshot, ['edges'], `${from} -> ${to}${label === undefined ? '' : ` [${label}]`}`);
  return change ? [change] : IN_THE_WAY;
}

/** @param change gets the edge and its index among the items of the text: edges that are wrong are items, too. */
function withEdge(snapshot: Snapshot, index: number, change: (edge: Edge, item: number) => Changes): Changes {
  const edge = snapshot.workflow.edges[index];
  const edges = nodeAt(snapshot, ['edges']);
  if (!edge || !isSeq(edges)) return { refused: `There is no edge ${index}.` };
  const start = snapshot.lines.offsetAt(edge.range.start);
  const item = (edges.items as YamlNode[]).findIndex((each) => each?.range?.[0] === start);
  return item < 0 ? IN_THE_WAY : change(edge, item);
}

function relabel(snapshot: Snapshot, edge: Edge, index: number, label: string | null): Changes {
  const { lines, text } = snapshot;
  if (label !== null && !NAME.test(label)) return { refused: `"${label}" is no label.` };
  if (!edge.shorthand) {
    if (label === null) return removeEntry(snapshot, ['edges', index], 'label') ?? [];
    const own = nodeAt(snapshot, ['edges', index, 'label']);
    if (own?.range) return [{ start: own.range[0], end: own.range[1], text: label }];
    const added = addEntry(snapshot, ['edges', index], 'label', label);
    return added ? [added] : IN_THE_WAY;
  }
  const end = lines.offsetAt(edge.to.range.end);
  const item = nodeAt(snapshot, ['edges', index]);
  const written = /^\s*\[\s*[\w-]*\s*\]/.exec(text.slice(end, item?.range?.[1] ?? end));
  const wanted = label === null ? '' : ` [${label}]`;
  if (!written) return label === null ? [] : [{ start: end, end, text: wanted }];
  if (label === null) return [{ start: end, end: end + written[0].length, text: '' }];
  return [{ start: lines.offsetAt(edge.labelRange.start), end: lines.offsetAt(edge.labelRange.end), text: label }];
}

function move(snapshot: Snapshot, node: string, workflow: string | null): Changes {
  if (nodeAt(snapshot, ['nodes', node]) === undefined) return { refused: `There is no node "${node}".` };
  const home = [...snapshot.workflow.workflows.values()].find(({ members }) =>
    members.some(({ name }) => name === node),
  );
  if (workflow !== null && home?.name === workflow) return [];
  const left = leaveWorkflows(snapshot, node, ['nodes']);
  if (!left) return IN_THE_WAY;
  if (workflow === null) return left;
  if (nodeAt(snapshot, ['workflows', workflow]) === undefined)
    return { refused: `There is no workflow "${workflow}".` };
  const joined = addItem(snapshot, ['workflows', workflow, 'nodes'], node);
  return joined ? [...left, joined] : IN_THE_WAY;
}

/** The first error that a text has after an edit and had not before. */
function newProblem(snapshot: Snapshot, changes: readonly Change[]): Problem | undefined {
  const before = new Set(snapshot.problems.map(({ code, message }) => `${code} ${message}`));
  const { problems } = parseWorkflow(applyChanges(snapshot.text, changes));
  return problems.find(
    ({ severity, code, message }) => severity === 'error' && code !== 'SF2014' && !before.has(`${code} ${message}`),
  );
}

export function applyChanges(text: string, changes: readonly Change[]): string {
  let result = '';
  let from = 0;
  for (const change of changes.toSorted((one, other) => one.start - other.start || one.end - other.end)) {
    result += text.slice(from, change.start) + change.text;
    from = change.end;
  }
  return result + text.slice(from);
}
