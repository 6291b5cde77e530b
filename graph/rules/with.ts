import { reportUnknown } from '../build/unknown';
import type { Built } from '../build/workflow';
import { objectionToValue, typeFits, valueFromText } from '../language/parameter-value';
import { exactReference, malformedReference, referencesIn } from '../language/substitution';
import { parametersOf } from '../ports';
import type { Node, Parameter } from '../workflow';
import { isRefusedWith, textsIn } from './references';
import type { AxisCounts } from './versions';

/** Values below `with:` of built-in nodes: known, of the right type, and none missing. */
export function checkWith(built: Built, axes: AxisCounts): void {
  const { context, checked } = built;
  const { workflow, report, catalogue } = context;
  for (const node of workflow.nodes.values()) {
    if (!('uses' in node.program)) continue;
    const { uses } = node.program;
    const parameters = parametersOf(workflow, node, catalogue);
    for (const [name, range] of node.withRanges) {
      const parameter = parameters.get(name);
      if (parameter) {
        checkValue(node, parameter, built);
        continue;
      }
      const known = [...parameters.keys()];
      const others =
        known.length === 0 ? 'It has no parameters.' : `It has ${known.map((each) => `"${each}"`).join(', ')}.`;
      const message = `${uses} has no parameter "${name}".`;
      const key = `with:${uses}.${name}`;
      reportUnknown(context, {
        key,
        code: 'SF2021',
        range,
        message,
        written: name,
        candidates: () => known,
        remedy: others,
      });
    }
    for (const [axis, values] of node.matrix) checkAxis(node, axis, values, parameters, built);
    for (const parameter of parameters.values()) {
      const given =
        node.with.has(parameter.name) ||
        isRefusedWith(node, parameter.name, checked) ||
        axes.get(node.name)?.has(parameter.name);
      const misspelt = [...node.with.keys()].some((name) => !parameters.has(name));
      if (parameter.default !== undefined || given || misspelt) continue;
      report.add(
        'SF2023',
        node.nameRange,
        `${uses} needs a value for "${parameter.name}", and "${node.name}" gives none.`,
        `Add "with: { ${parameter.name}: ... }". ${parameter.description}`.trim(),
      );
    }
  }
}

function checkValue(node: Node, parameter: Parameter, { context, checked }: Built): void {
  const { workflow, report } = context;
  const value = node.with.get(parameter.name)!;
  const range = checked.value.nodes!.value.entries.get(node.name)!.value.with!.value.entries.get(parameter.name)!.at;
  const place = `"${parameter.name}" of "${node.name}"`;
  if (textsIn(value).some((text) => malformedReference(text) !== undefined)) return;
  const reference = typeof value === 'string' ? exactReference(value) : undefined;
  if (reference !== undefined) {
    const given = workflow.parameters.get(reference);
    if (!given || typeFits(given.type, parameter.type)) return;
    report.add(
      'SF2022',
      range,
      `${place} takes a ${parameter.type}, and $(${reference}) is a ${given.type}.`,
      `Change the type of "${reference}", or give another value.`,
    );
    return;
  }
  // A text with references in it is a text, and what it says is known when it runs.
  const objection = objectionToValue(referencesIn(value).length > 0 ? { type: parameter.type } : parameter, value);
  if (objection !== undefined)
    report.add(
      'SF2022',
      range,
      `The value for ${place} does not fit: ${objection}.`,
      `Write a value that fits. ${parameter.description}`.trim(),
    );
}

/** An axis with the name of a parameter gives it its values, read as the parameter's type. */
function checkAxis(
  node: Node,
  axis: string,
  values: readonly string[],
  parameters: ReadonlyMap<string, Parameter>,
  { context, checked }: Built,
): void {
  const parameter = parameters.get(axis);
  if (!parameter || node.with.has(axis)) return;
  const written = checked.value.nodes!.value.entries.get(node.name)!.value.matrix!.value.entries.get(axis)!.value;
  for (const [index, value] of values.entries()) {
    const objection = objectionToValue(parameter, valueFromText(parameter.type, value));
    if (objection === undefined) continue;
    const message = `The value "${value}" for "${axis}" of "${node.name}" does not fit: ${objection}.`;
    context.report.add('SF2022', written[index]!.at, message, `Write values that fit. ${parameter.description}`.trim());
  }
}
