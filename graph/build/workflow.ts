import type { Signature } from '../catalogue/signature';
import type { documentShape } from '../definition/document';
import type { Checked, Entries } from '../definition/shape';
import type { Report } from '../report';
import type { Lines } from '../text/lines';
import { ANY, emptyWorkflow } from '../workflow';
import type { BuildContext, Part } from './context';
import { checkEnds } from './edge-ends';
import { buildEdge, buildLabel, homesOf, readEdge } from './edges';
import { buildExecutor } from './executors';
import { checkImprover } from './improvers';
import { buildNode } from './nodes';
import { buildParameter } from './parameters';
import { buildSource } from './sources';
import { noUnknowns } from './unknown';
import { buildWorkflows } from './workflows';

export type CheckedDocument = Checked<typeof documentShape>;

export interface Built {
  context: BuildContext;
  checked: CheckedDocument;
  /** Nodes that a refused edge reaches; undefined: one reaches nobody knows what, so it could be any. */
  tainted: Set<string> | undefined;
}

interface BuildInput {
  text: string;
  lines: Lines;
  report: Report;
  catalogue: ReadonlyMap<string, Signature>;
}

const VERSION = 1;

/** Makes the workflow of a checked document: each thing by its builder, each after what it refers to. */
export function buildWorkflow(checked: CheckedDocument, input: BuildInput): Built {
  const context = contextOf(checked, input);
  const { workflow, refused, report } = context;
  const { scanflow, name, parameters, sources, executors, nodes, workflows } = checked.value;
  if (scanflow && scanflow.value !== VERSION) {
    report.add(
      'SF1017',
      scanflow.at,
      `The language has no version ${scanflow.value}.`,
      `Write "scanflow: ${VERSION}".`,
    );
  }
  workflow.name = name?.value ?? '';
  workflow.description = checked.value.description?.value ?? '';
  buildAlphabets(checked, context);
  fill(parameters, workflow.parameters, refused.parameters, (key, value) => buildParameter(key, value, context));
  fill(sources, workflow.sources, refused.sources, buildSource);
  fill(executors, workflow.executors, refused.executors, (key, value) => buildExecutor(key, value, context));
  fill(nodes, workflow.nodes, refused.nodes, (key, value) => buildNode(key, value, context));
  for (const each of workflows?.value.refused.keys() ?? []) refused.workflows.add(each);
  buildWorkflows(workflows?.value.entries ?? new Map(), context);
  for (const [key, value] of nodes?.value.entries ?? []) {
    const node = workflow.nodes.get(key);
    if (node) workflow.nodes.set(key, checkImprover(node, value, context));
  }
  return { context, checked, tainted: buildEdges(checked, context) };
}

function contextOf(checked: CheckedDocument, { text, lines, report, catalogue }: BuildInput): BuildContext {
  const { parameters, sources, executors, nodes, workflows } = checked.value;
  const known = (part: { value: Entries<unknown> } | undefined): Set<string> => new Set(part?.value.refused.keys());
  return {
    text,
    lines,
    report,
    catalogue,
    workflow: emptyWorkflow(),
    refused: {
      parameters: known(parameters),
      sources: known(sources),
      executors: known(executors),
      nodes: known(nodes),
      workflows: known(workflows),
      ports: new Map(),
      anyPort: new Set(),
      parts: unreadParts(checked),
    },
    unknowns: noUnknowns(),
  };
}

/** Parts that were refused as a whole, are missing where a key could not be read, or have such entries themselves. */
function unreadParts(checked: CheckedDocument): Set<Part> {
  const parts = new Set<Part>();
  const { labels, edges, ...rest } = checked.value;
  const look = (
    part: Part,
    key: string,
    whole: boolean | undefined,
    parent: { given: ReadonlySet<string>; strange: boolean },
  ) => {
    if (whole === undefined ? parent.given.has(key) || parent.strange : !whole) parts.add(part);
  };
  for (const key of ['parameters', 'sources', 'executors', 'nodes', 'workflows'] as const) {
    look(key, key, rest[key]?.value.complete, checked);
  }
  look('edges', 'edges', edges?.complete, checked);
  for (const key of ['nodes', 'edges'] as const) {
    if (labels) look(`labels.${key}`, key, labels.value[key]?.complete, labels);
    else look(`labels.${key}`, 'labels', undefined, checked);
  }
  return parts;
}

function buildAlphabets({ value }: CheckedDocument, { workflow, report }: BuildContext): void {
  const { nodes, edges } = value.labels?.value ?? {};
  workflow.labels.nodes = nodes?.value.map((label) => label.value) ?? [];
  for (const label of edges?.value ?? []) {
    if (label.value === ANY) {
      report.add(
        'SF1016',
        label.at,
        `"${ANY}" is the label of edges that belong to every phase.`,
        'Remove it: edges without a label have it.',
      );
    } else {
      workflow.labels.edges.push(label.value);
    }
  }
}

/** Builds the entries of a part; names whose meaning was refused are kept as such. */
function fill<T, B>(
  part: { value: Entries<T> } | undefined,
  into: Map<string, B>,
  refused: Set<string>,
  build: (name: string, value: T) => B | undefined,
): void {
  for (const [name, value] of part?.value.entries ?? []) {
    const built = build(name, value);
    if (built === undefined) refused.add(name);
    else into.set(name, built);
  }
}

function buildEdges(checked: CheckedDocument, context: BuildContext): Set<string> | undefined {
  const { workflow, refused } = context;
  const homes = homesOf(workflow);
  let tainted: Set<string> | undefined = new Set();
  const taint = (node: string | undefined): void => {
    if (node === undefined) tainted = undefined;
    else tainted?.add(node);
  };
  const { edges } = checked.value;
  if (refused.parts.has('edges')) taint(undefined);
  for (const each of edges?.value ?? []) {
    const written = readEdge(each, context);
    if (!written) {
      taint(undefined);
      continue;
    }
    const ends = checkEnds(written, context);
    if (!ends.fit) {
      taint(ends.target);
      // Its label may be wrong, too.
      buildLabel(written, context);
      continue;
    }
    const edge = buildEdge(written, workflow.edges.length, homes, context);
    if (edge) workflow.edges.push(edge);
    else taint(written.to.node);
  }
  return tainted;
}
