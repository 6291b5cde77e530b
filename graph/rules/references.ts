import type { BuildContext } from '../build/context';
import { programTexts, referenceRanges, reportMalformed } from '../build/executors';
import { reportUnknown } from '../build/unknown';
import type { Built } from '../build/workflow';
import { malformedReference, referencesIn } from '../language/substitution';
import type { Node, Value } from '../workflow';
import { hasUnreadAxes, type NodeAxes } from './versions';

/** `$(name)` in the command and the environment of an executor must have a value at every node that runs it. */
export function checkProgramReferences({ context, checked }: Built, axes: NodeAxes): void {
  const { workflow, refused } = context;
  if (refused.parts.has('parameters') || refused.parts.has('nodes') || hasUnreadAxes(checked)) return;
  const users = new Map<string, Node[]>();
  for (const node of workflow.nodes.values()) {
    if (!('executor' in node.program)) continue;
    const group = users.get(node.program.executor);
    if (group) group.push(node);
    else users.set(node.program.executor, [node]);
  }
  for (const executor of workflow.executors.values()) {
    const nodes = users.get(executor.name) ?? [];
    if (nodes.length === 0) continue;
    for (const text of programTexts(checked.value.executors!.value.entries.get(executor.name)!)) {
      if (malformedReference(text.value) !== undefined) continue;
      const rangeOf = referenceRanges(text, context);
      for (const name of referencesIn(text.value)) {
        if (name.includes('.') || isParameter(name, context)) continue;
        const without = nodes.find(
          (node) => !node.with.has(name) && !axes.get(node.name)?.has(name) && !isRefusedWith(node, name, checked),
        );
        if (!without) continue;
        const known = [
          ...workflow.parameters.keys(),
          ...without.with.keys(),
          ...(axes.get(without.name)?.keys() ?? []),
        ];
        reportUnknown(context, {
          key: `parameter:${name}`,
          code: 'SF2009',
          range: rangeOf(name),
          message: `$(${name}) has no value at node "${without.name}".`,
          written: name,
          candidates: () => known,
          remedy: `Give "${name}" below "with" of "${without.name}", or declare it below "parameters".`,
        });
      }
    }
  }
}

/** `$(name)` below `with:` is a parameter of the workflow or an axis of the node. */
export function checkWithReferences({ context, checked }: Built, axes: NodeAxes): void {
  const { workflow, refused } = context;
  const unread = refused.parts.has('parameters') || hasUnreadAxes(checked);
  for (const node of workflow.nodes.values()) {
    const given = checked.value.nodes!.value.entries.get(node.name)!.value.with;
    for (const written of given?.value.entries.values() ?? []) {
      if (textsIn(written.value).some((text) => reportMalformed(written, text, context))) continue;
      if (unread) continue;
      const rangeOf = referenceRanges(written, context);
      for (const name of referencesIn(written.value)) {
        if (isParameter(name, context) || axes.get(node.name)?.has(name)) continue;
        const known = [...workflow.parameters.keys(), ...(axes.get(node.name)?.keys() ?? [])];
        const remedy = name.includes('.')
          ? 'Ports have a value in commands only; a node takes data by edges.'
          : `Declare "${name}" below "parameters".`;
        reportUnknown(context, {
          key: `parameter:${name}`,
          code: 'SF2009',
          range: rangeOf(name),
          message: `$(${name}) has no value here.`,
          written: name,
          candidates: () => known,
          remedy,
        });
      }
    }
  }
}

const isParameter = (name: string, { workflow, refused }: BuildContext): boolean =>
  workflow.parameters.has(name) || refused.parameters.has(name);

/** May a node have a value of this name that could not be read? */
export function isRefusedWith(node: Node, name: string, checked: Built['checked']): boolean {
  const written = checked.value.nodes!.value.entries.get(node.name)!;
  const given = written.value.with?.value;
  return given ? !given.complete || given.refused.has(name) : written.strange || written.given.has('with');
}

/** All texts of a value. */
export function textsIn(value: Value): string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
