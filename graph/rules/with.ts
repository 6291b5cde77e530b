import { reportUnknown } from '../build/unknown';
import type { Built } from '../build/workflow';
import type { At } from '../definition/shape';
import { objectionToValue, typeFits, valueFromText } from '../language/parameter-value';
import { exactReference, malformedReference, referencesIn } from '../language/substitution';
import { parametersOf } from '../ports';
import type { Node, Parameter } from '../workflow';
import { isRefusedWith, textsIn } from './references';
import type { NodeAxes } from './versions';

/** Values below `with:` of built-in nodes: known, of the right type, and none missing. */
export function checkWith(built: Built, axes: NodeAxes): void {
  const { context, checked } = built;
  const { workflow, report, catalogue } = context;
  const checkAxis = axisCheck(built);
  for (const node of workflow.nodes.values()) {
    if (!('uses' in node.program)) continue;
    const { uses } = node.program;
    const parameters = parametersOf(workflow, node, catalogue);
    const own = axes.get(node.name)!;
    for (const [name, range] of node.withRanges) {
      const parameter = parameters.get(name);
      if (parameter) {
        const reference = referenceGiven(node, name);
        const values = reference === undefined ? undefined : own.get(reference);
        if (values) checkAxis(node, parameter, values);
        else checkValue(node, parameter, built);
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
    for (const [axis, values] of own) {
      const parameter = parameters.get(axis);
      if (parameter && !node.with.has(axis)) checkAxis(node, parameter, values);
    }
    for (const parameter of parameters.values()) {
      const given =
        node.with.has(parameter.name) || isRefusedWith(node, parameter.name, checked) || own.has(parameter.name);
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
  const reference = referenceGiven(node, parameter.name);
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

/** The name that a parameter's value is, where it is one reference: of an axis, or of the workflow's parameter. */
function referenceGiven(node: Node, parameter: string): string | undefined {
  const value = node.with.get(parameter);
  return typeof value === 'string' ? exactReference(value) : undefined;
}

/**
 * Checks an axis that gives a parameter its values, by its name or by a reference: they are read as the parameter's type. An
 * axis reaches many nodes, and a value that does not fit is told once.
 */
function axisCheck({ context }: Built) {
  const told = new Set<At<string>>();
  return (node: Node, parameter: Parameter, values: readonly At<string>[]): void => {
    for (const written of values) {
      const objection = objectionToValue(parameter, valueFromText(parameter.type, written.value));
      if (objection === undefined || told.has(written)) continue;
      told.add(written);
      const { name, description } = parameter;
      const message = `The value "${written.value}" for "${name}" of "${node.name}" does not fit: ${objection}.`;
      const inherited = !node.with.has(name) && !node.matrix.has(name);
      const remedy = inherited
        ? `Write values that fit, or give "${name}" below "with" of "${node.name}".`
        : 'Write values that fit.';
      context.report.add('SF2022', written.at, message, `${remedy} ${description}`.trim());
    }
  };
}
