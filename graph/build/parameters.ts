import type { parameterShape } from '../definition/parameter';
import type { At, Checked } from '../definition/shape';
import { objectionToValue, typeOf } from '../language/parameter-value';
import { referencesIn } from '../language/substitution';
import type { Parameter, ParameterType, Value } from '../workflow';
import type { BuildContext } from './context';

/** A parameter of the file. @returns undefined where it was refused. */
export function buildParameter(
  name: string,
  checked: Checked<typeof parameterShape>,
  context: BuildContext,
): Parameter | undefined {
  const { report } = context;
  const { range, nameRange } = checked;
  if (checked.value.short) {
    const { value, at } = checked.value.short;
    const type = writtenType(checked.value.short, context);
    if (type === undefined) {
      report.add(
        'SF1019',
        at,
        `Parameter "${name}" has no type.`,
        `Write { type: string } for one that each run must give.`,
      );
      return undefined;
    }
    return withoutReferences({ range, nameRange, name, type, default: value, description: '' }, at, report);
  }
  const long = checked.value.long!.value;
  const type = long.type?.value ?? (long.default && writtenType(long.default, context));
  if (type === undefined) {
    // A type that is there, but wrong, has been reported.
    if (!long.type && !checked.value.long!.strange && !checked.value.long!.given.has('type')) {
      report.add(
        'SF1011',
        nameRange,
        `Parameter "${name}" has neither a type nor a default.`,
        'Add one of them, for instance `type: integer`.',
      );
    }
    return undefined;
  }
  const parameter: Parameter = {
    range,
    nameRange,
    name,
    type,
    default: long.default?.value,
    minimum: long.minimum?.value,
    maximum: long.maximum?.value,
    enum: long.enum?.value.map(({ value }) => value),
    description: long.description?.value ?? '',
  };
  if (parameter.minimum !== undefined && parameter.maximum !== undefined && parameter.minimum > parameter.maximum) {
    report.add('SF1014', long.maximum!.at, `The maximum of "${name}" is less than its minimum.`, 'Exchange them.');
    return undefined;
  }
  if (!long.default) return parameter;
  const objection = objectionToValue(parameter, long.default.value);
  if (objection !== undefined) {
    report.add(
      'SF1019',
      long.default.at,
      `The default of "${name}" does not fit: ${objection}.`,
      'Change the default, or what the parameter takes.',
    );
    return undefined;
  }
  return withoutReferences(parameter, long.default.at, report);
}

/** The type of a value as it is written: `1.0` and `1e3` are meant as numbers, though their value is whole. */
function writtenType({ value, start, end }: At<Value>, { text }: BuildContext): ParameterType | undefined {
  const type = typeOf(value);
  return type === 'integer' && /^[-+]?\d*(\.|\d[eE])/.test(text.slice(start, end)) ? 'number' : type;
}

function withoutReferences(
  parameter: Parameter,
  at: Parameter['range'],
  report: BuildContext['report'],
): Parameter | undefined {
  const [reference] = referencesIn(parameter.default as Value);
  if (reference === undefined) return parameter;
  report.add(
    'SF1019',
    at,
    `The default of "${parameter.name}" refers to $(${reference}), but a default is taken as it is written.`,
    'Write the value out.',
  );
  return undefined;
}
