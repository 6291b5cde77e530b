import { describe, expect, test } from 'vitest';
import { programs } from '../engine/plan/engine-nodes';
import { CIFAR_CORRUPTIONS, CORRUPTIONS, catalogue } from '../graph/catalogue';
import { cifarKinds, kinds } from '../nodes/corruption/kinds';
import { catalogued, planned } from '../nodes/programs';

/** The catalogue says what built-in nodes look like, nodes/ what they do: neither room may import the other. */
describe('the catalogue and the programs', () => {
  test('every node of the catalogue has a program, and every program is in it', () => {
    const run = [...catalogue.values()].filter((signature) => signature.kind !== 'tracker').map(({ name }) => name);
    expect(run.sort()).toEqual([...catalogued.keys()].sort());
  });

  test('what only the engine plans is not in the language', () => {
    const own = [...programs.keys()].filter((name) => !catalogue.has(name));
    expect(own.sort()).toEqual([...planned.keys()].sort());
    expect([...planned.keys()].filter((name) => catalogue.has(name))).toEqual([]);
  });

  test.each([...programs.values()])('$name is described whole', (signature) => {
    const { name, description, inputs, outputs, parameters } = signature;
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(description).toMatch(/\.$/);
    for (const each of [...inputs, ...outputs, ...parameters]) expect(each.description).toMatch(/\S/);
    for (const ports of [inputs, outputs]) expect(new Set(ports.map((port) => port.name)).size).toBe(ports.length);
    expect(new Set(outputs.map(({ path }) => path)).size).toBe(outputs.length);
    for (const { path } of outputs) expect(path).toMatch(/^[\w.-]+$/);
  });

  test.each(
    [...catalogue.values()].flatMap(({ name, parameters }) =>
      parameters.map((each) => [name, each.name, each] as const),
    ),
  )(
    'the default of %s.%s is one of its values',
    (_node, _name, { type, default: value, enum: values, minimum, maximum }) => {
      if (value === undefined) return;
      const kind = Array.isArray(value)
        ? 'list'
        : typeof value === 'number'
          ? Number.isInteger(value)
            ? 'integer'
            : 'number'
          : typeof value;
      expect(type === 'number' ? ['number', 'integer'] : [type]).toContain(kind);
      if (values) expect(values).toContain(value);
      if (minimum !== undefined) expect(value).toBeGreaterThanOrEqual(minimum);
      if (maximum !== undefined) expect(value).toBeLessThanOrEqual(maximum);
    },
  );

  test('the corruptions that the language offers are those that there are', () => {
    expect([...CORRUPTIONS]).toEqual([...kinds.keys()]);
    expect([...CIFAR_CORRUPTIONS]).toEqual([...cifarKinds.keys()]);
  });
});
