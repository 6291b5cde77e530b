import type { Checked } from '../definition/shape';
import type { subWorkflowShape } from '../definition/sub-workflow';
import type { SubWorkflow } from '../workflow';
import type { BuildContext } from './context';
import { buildMatrix } from './nodes';
import { reportUnknown } from './unknown';

type CheckedSubWorkflow = Checked<typeof subWorkflowShape>;

/**
 * The sub-workflows of the file, nested by their names: each thing has one place. All of them are looked at together,
 * since a member may be declared further down.
 */
export function buildWorkflows(checked: ReadonlyMap<string, CheckedSubWorkflow>, context: BuildContext): void {
  const { workflow, refused, report } = context;
  const known = new Map<string, CheckedSubWorkflow>();
  for (const [name, sub] of checked) {
    const node = workflow.nodes.get(name);
    if (node) {
      report.add('SF2026', sub.nameRange, `"${name}" is a node and a workflow.`, 'Give one of them another name.', {
        related: [{ message: 'The node.', range: node.nameRange }],
      });
      refused.workflows.add(name);
    } else {
      known.set(name, sub);
    }
  }
  const parents = new Map<string, { parent: string; range: SubWorkflow['range'] }>();
  for (const [name, sub] of known) {
    const { nodes, order, after, matrix, tracker } = sub.value;
    const find = (members: typeof nodes) =>
      (members?.value ?? [])
        .filter((member) => isKnown(member.value, known, context) || reportMember(member, known, context))
        .map((member) => ({ name: member.value, range: member.at }));
    const members = find(nodes).filter((member) => {
      const other = parents.get(member.name);
      if (!other) {
        parents.set(member.name, { parent: name, range: member.range });
        return true;
      }
      report.add(
        'SF2017',
        member.range,
        `"${member.name}" is in workflow "${other.parent}" already.`,
        'Let it be in one of them, or put one workflow into the other.',
        {
          related: [{ message: 'Here it is a member, too.', range: other.range }],
        },
      );
      return false;
    });
    workflow.workflows.set(name, {
      range: sub.range,
      nameRange: sub.nameRange,
      name,
      order: order.value,
      members,
      after: find(after),
      matrix: buildMatrix(matrix),
      tracker: buildTracker(tracker, context),
    });
  }
  for (const sub of workflow.workflows.values()) {
    const parent = parents.get(sub.name)?.parent;
    if (parent !== undefined) sub.parent = parent;
  }
  refuseRings(context);
}

/** A tracker that something names. @returns undefined where there is none of that name (it was reported). */
export function buildTracker(
  written: { value: string; at: SubWorkflow['range'] } | undefined,
  context: BuildContext,
): string | undefined {
  if (!written) return undefined;
  const { workflow, refused, report } = context;
  const node = workflow.nodes.get(written.value);
  if (node?.kind === 'tracker') return node.name;
  if (node) {
    report.add(
      'SF2007',
      written.at,
      `Node "${node.name}" is a ${node.kind}, not a tracker.`,
      'Name a node that uses scanflow/tracker.',
    );
  } else if (!refused.nodes.has(written.value) && !refused.parts.has('nodes')) {
    const trackers = [...workflow.nodes.values()].filter(({ kind }) => kind === 'tracker').map(({ name }) => name);
    reportUnknown(context, {
      key: `node:${written.value}`,
      code: 'SF2007',
      range: written.at,
      message: `There is no tracker "${written.value}".`,
      written: written.value,
      candidates: () => trackers,
      remedy: `Add "${written.value}: { uses: scanflow/tracker }" to the nodes.`,
    });
  }
  return undefined;
}

function isKnown(name: string, known: ReadonlyMap<string, unknown>, { workflow }: BuildContext): boolean {
  return workflow.nodes.has(name) || known.has(name);
}

function reportMember(
  member: { value: string; at: SubWorkflow['range'] },
  known: ReadonlyMap<string, unknown>,
  context: BuildContext,
): false {
  const { workflow, refused } = context;
  const name = member.value;
  const silent =
    refused.nodes.has(name) ||
    refused.workflows.has(name) ||
    refused.parts.has('nodes') ||
    refused.parts.has('workflows');
  if (!silent) {
    const candidates = () => [...workflow.nodes.keys(), ...known.keys()];
    reportUnknown(context, {
      key: `node:${name}`,
      code: 'SF2008',
      range: member.at,
      message: `There is no node and no workflow "${name}".`,
      written: name,
      candidates,
      remedy: 'Declare it below "nodes" or "workflows".',
    });
  }
  return false;
}

/** A workflow inside itself: the ring is named once, and opened. */
function refuseRings({ workflow, report }: BuildContext): void {
  const settled = new Set<string>();
  for (const start of workflow.workflows.values()) {
    const path: string[] = [];
    let name: string | undefined = start.name;
    while (name !== undefined && !settled.has(name) && !path.includes(name)) {
      path.push(name);
      name = workflow.workflows.get(name)?.parent;
    }
    if (name !== undefined && path.includes(name)) {
      const ring = path.slice(path.indexOf(name));
      const top = workflow.workflows.get(name)!;
      report.add(
        'SF2017',
        top.nameRange,
        `Workflow "${name}" is inside itself: ${[...ring, name].reverse().join(' > ')}.`,
        'Take one of them out of "nodes" of the other.',
      );
      const outer = workflow.workflows.get(top.parent!)!;
      outer.members = outer.members.filter((member) => member.name !== name);
      delete top.parent;
    }
    for (const each of path) settled.add(each);
  }
}
