import type { nodeShape } from '../definition/node';
import type { At, Checked, Entries } from '../definition/shape';
import { seconds } from '../language/amounts';
import { parseCondition } from '../language/condition';
import { RESERVED_NODES, readEndpoint } from '../language/endpoint';
import type { Report } from '../report';
import type { Endpoint, Metric, Node, NodeKind, NodeNature, Program, Value } from '../workflow';
import { type BuildContext, pieceRange } from './context';
import { buildResources, buildRetry } from './executors';
import { down, keep, located } from './kept';
import { reportUnknown } from './unknown';

type CheckedNode = Checked<typeof nodeShape>;

/** The kinds of nodes: each is a label, too. */
export const KINDS: readonly NodeKind[] = ['task', 'tracker', 'checker', 'improver'];

const kept = keep<Node>((node, lines) => ({
  ...located(node, lines),
  programRange: down(node.programRange, lines),
  withRanges: new Map([...node.withRanges].map(([key, range]) => [key, down(range, lines)])),
  improves: node.improves && located(node.improves, lines),
  wraps: node.wraps.map((end) => located(end, lines)),
  metric: node.metric && {
    ...located(node.metric, lines),
    onRange: node.metric.onRange && down(node.metric.onRange, lines),
  },
}));

/** A node of the file, its endpoints not yet looked up. @returns undefined where it is not known what it runs. */
export function buildNode(name: string, checked: CheckedNode, context: BuildContext): Node | undefined {
  const before = kept.find(checked);
  if (before && stillHolds(before, context)) return before;
  let right = true;
  const report: Report = {
    ...context.report,
    add: (...problem) => {
      right = false;
      context.report.add(...problem);
    },
  };
  const node = buildNewNode(name, checked, { ...context, report });
  // Where the alphabet could not be read, nothing was said of a label that is not in it.
  const { label } = checked.value;
  return node && right && (!label || isLabel(label.value, context.workflow)) ? kept.add(checked, node) : node;
}

/** Are the names that a node was built with still what they were? The rest of it is in its own text. */
function stillHolds({ program, label }: Node, { workflow, catalogue }: BuildContext): boolean {
  const known =
    'executor' in program
      ? workflow.executors.has(program.executor)
      : catalogue.has(program.uses.slice('scanflow/'.length));
  return known && isLabel(label, workflow);
}

const isLabel = (label: string, { labels }: BuildContext['workflow']): boolean =>
  labels.nodes.includes(label) || (KINDS as readonly string[]).includes(label);

function buildNewNode(name: string, checked: CheckedNode, context: BuildContext): Node | undefined {
  const given = checked.value;
  if (RESERVED_NODES.has(name)) {
    context.report.add(
      'SF1016',
      checked.nameRange,
      `"${name}" has a meaning of its own and can't name a node.`,
      'Choose another name.',
    );
    return undefined;
  }
  const program = buildProgram(name, checked, context);
  const matrix = buildMatrix(given.matrix);
  if (!program) return undefined;
  const { kind, nature } = buildKind(name, checked, program, context);
  const withValues: [string, At<Value>][] = [...(given.with?.value.entries ?? [])];
  return {
    range: checked.range,
    nameRange: checked.nameRange,
    name,
    program,
    programRange: (given.executor ?? given.uses)!.at,
    label: buildLabel(given.label, kind, context),
    kind,
    nature,
    description: given.description?.value ?? '',
    with: new Map(withValues.map(([key, { value }]) => [key, value])),
    withRanges: new Map(withValues.map(([key, { nameRange }]) => [key, nameRange])),
    matrix,
    trigger: buildTrigger(given.trigger),
    when: buildWhen(given.when, context),
    improves: given.improves && buildEndpoint(given.improves, context),
    wraps: given.wraps?.value.map((end) => buildEndpoint(end, context)).filter((end) => end !== undefined) ?? [],
    metric: buildMetric(given.metric),
    approval: given.approval.value,
    resources: buildResources(given.resources),
    timeout: given.timeout && seconds(given.timeout.value),
    retry: buildRetry(given.retry),
  };
}

function buildProgram(name: string, checked: CheckedNode, context: BuildContext): Program | undefined {
  const { executor, uses } = checked.value;
  const { workflow, refused, report } = context;
  if (executor && uses) {
    report.add(
      'SF1018',
      uses.nameRange,
      `Node "${name}" has both "executor" and "uses".`,
      'Keep one of them: a node runs one program.',
      {
        related: [{ message: 'The other one.', range: executor.nameRange }],
      },
    );
    return undefined;
  }
  if (executor) {
    if (workflow.executors.has(executor.value)) return { executor: executor.value };
    if (refused.executors.has(executor.value) || refused.parts.has('executors')) return undefined;
    const known = () => [...workflow.executors.keys(), ...refused.executors];
    reportUnknown(context, {
      key: `executor:${executor.value}`,
      code: 'SF2004',
      range: executor.at,
      message: `There is no executor "${executor.value}".`,
      written: executor.value,
      candidates: known,
      remedy: 'Declare it below "executors".',
    });
    return undefined;
  }
  if (uses) {
    const [place, builtin] = uses.value.split('/') as [string, string];
    if (place === 'scanflow' && context.catalogue.has(builtin)) return { uses: uses.value };
    const known = [...context.catalogue.keys()].map((each) => `scanflow/${each}`);
    reportUnknown(context, {
      key: `built-in:${uses.value}`,
      code: 'SF2005',
      range: uses.at,
      message: `There is no built-in node "${uses.value}".`,
      written: uses.value,
      candidates: () => known,
      remedy: `There are ${known.join(', ')}.`,
    });
    return undefined;
  }
  if (!checked.given.has('executor') && !checked.given.has('uses') && !checked.strange) {
    report.add(
      'SF1011',
      checked.nameRange,
      `Node "${name}" runs nothing.`,
      'Add "executor: <name>" or "uses: scanflow/<name>".',
    );
  }
  return undefined;
}

/** What a node is follows from a built-in program; one may say it again, but not otherwise. */
function buildKind(
  name: string,
  checked: CheckedNode,
  program: Program,
  context: BuildContext,
): { kind: NodeKind; nature: NodeNature } {
  const { kind, nature } = checked.value;
  const signature = 'uses' in program ? context.catalogue.get(program.uses.slice('scanflow/'.length)) : undefined;
  if (!signature) {
    if (kind?.value === 'tracker') {
      context.report.add(
        'SF2020',
        kind.at,
        `Node "${name}" runs an executor, and a tracker runs nothing.`,
        'Write "uses: scanflow/tracker".',
      );
      return { kind: 'task', nature: nature?.value ?? 'symbolic' };
    }
    return { kind: kind?.value ?? 'task', nature: nature?.value ?? 'symbolic' };
  }
  for (const [given, known] of [
    [kind, signature.kind],
    [nature, signature.nature],
  ] as const) {
    if (!given || given.value === known) continue;
    context.report.add(
      'SF2020',
      given.at,
      `scanflow/${signature.name} is ${known}, not ${given.value}.`,
      'Remove the key: it follows from "uses".',
    );
  }
  return { kind: signature.kind, nature: signature.nature };
}

function buildLabel(label: At<string> | undefined, kind: NodeKind, context: BuildContext): string {
  if (!label) return kind;
  if (isLabel(label.value, context.workflow)) return label.value;
  if (!context.refused.parts.has('labels.nodes')) {
    reportUnknown(context, {
      key: `node label:${label.value}`,
      code: 'SF2006',
      range: label.at,
      message: `"${label.value}" is not among the labels of nodes.`,
      written: label.value,
      candidates: () => context.workflow.labels.nodes,
      remedy: 'Add it to "labels: { nodes: [...] }".',
    });
  }
  return kind;
}

/** The axes of versions with their values as they are written. */
export function buildMatrix(matrix: At<Entries<At<At<string>[]>>> | undefined): Map<string, string[]> {
  return new Map(
    [...(matrix?.value.entries ?? [])].map(([axis, { value }]) => [axis, value.map((item) => item.value)]),
  );
}

function buildTrigger(trigger: CheckedNode['value']['trigger']): Node['trigger'] {
  if (!trigger) return undefined;
  if (trigger.value.short) return { manual: true };
  const every = trigger.value.long?.value.every;
  return every && { every: seconds(every.value) };
}

function buildWhen(when: At<string> | undefined, context: BuildContext): string | undefined {
  if (!when) return undefined;
  const condition = parseCondition(when.value);
  if (!('problem' in condition)) return when.value;
  context.report.add('SF1022', when.at, `${condition.problem}.`, condition.remedy);
  return undefined;
}

/** One end of an edge, with the places of its names. @returns undefined where the text is none (it was reported). */
export function buildEndpoint(written: At<string>, context: BuildContext): Endpoint | undefined {
  const end = readEndpoint(written.value);
  if (!end) return undefined;
  const { second } = end;
  const name = end.port ?? end.node;
  const nameRange = second === undefined ? written.at : pieceRange(context, written, second, name.length);
  return { node: end.node, port: end.port, source: end.source, range: written.at, nameRange };
}

function buildMetric(metric: CheckedNode['value']['metric']): Metric | undefined {
  const given = metric?.value;
  if (!metric || !given?.name) return undefined;
  return {
    range: metric.range,
    nameRange: given.name.at,
    name: given.name.value,
    on: given.on?.value.slice('sources.'.length),
    onRange: given.on?.at,
    goal: given.goal.value,
    threshold: given.threshold.value,
    holdout: given.holdout.value,
    guard: given.guard.value,
    keep: given.keep?.value,
  };
}
