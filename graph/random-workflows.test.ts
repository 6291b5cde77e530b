import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toGraph } from './multigraph/multigraph';
import { parseWorkflow } from './parse';

/** A random workflow that is right by construction: edges lead from earlier nodes to later ones. */
interface Plan {
  nodes: { many: boolean; label: string | null; matrix: number }[];
  phases: string[];
  edges: { from: number; to: number; kind: 'data' | 'order' | 'tracker'; phase: number; long: boolean }[];
  groups: number;
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 12 }).chain((order) =>
  fc.record({
    nodes: fc.array(
      fc.record({
        many: fc.boolean(),
        label: fc.constantFrom(null, 'modeling', 'serving', 'task'),
        matrix: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: order, maxLength: order },
    ),
    phases: fc.subarray(['training', 'inference', 'audit']),
    edges: fc.array(
      fc.record({
        from: fc.nat(order),
        to: fc.nat(order),
        kind: fc.constantFrom('data' as const, 'order' as const, 'tracker' as const),
        phase: fc.nat(3),
        long: fc.boolean(),
      }),
      { maxLength: 30 },
    ),
    groups: fc.nat(3),
  }),
);

interface Written {
  text: string;
  /** `from to label`, sorted. */
  edges: string[];
}

function write({ nodes, phases, edges, groups }: Plan): Written {
  const lines: string[] = [];
  const expected: string[] = [];
  const bound = new Set<string>();
  for (const { from, to, kind, phase, long } of edges) {
    if (from >= to || to >= nodes.length) continue;
    const label = phases[phase] ?? 'any';
    const tag = label === 'any' ? '' : ` [${label}]`;
    if (kind === 'order') {
      lines.push(long ? `{ from: n${from}, to: n${to}, label: ${label} }` : `n${from} -> n${to}${tag}`);
    } else {
      // An input that takes one edge takes one in each phase, and one of every phase is in each.
      const key = `n${to}`;
      if (!nodes[to]!.many) {
        if (bound.has(key)) continue;
        bound.add(key);
      }
      const rest = kind === 'tracker' ? ', via: tracker, carries: [loss, lr]' : '';
      const written = `{ from: n${from}.out, to: n${to}.in, label: ${label}${rest} }`;
      lines.push(long || rest ? written : `n${from}.out -> n${to}.in${tag}`);
    }
    expected.push(`n${from} n${to} ${label}`);
  }
  const members = nodes.map((_, index) => `n${index}`);
  const size = Math.ceil(nodes.length / Math.max(1, groups));
  const workflows = Array.from({ length: groups }, (_, index) => {
    const inside = members.slice(index * size, (index + 1) * size);
    const after = index > 0 ? `, after: [w${index - 1}]` : '';
    return `  w${index}: { order: ${index % 2 ? 'sequential' : 'parallel'}, nodes: [${inside.join(', ')}]${after} }\n`;
  });
  const text = `scanflow: 1
name: random
labels: { nodes: [modeling, serving], edges: [${phases.join(', ')}] }
executors:
  one: { command: [run, $(inputs.in)], inputs: { in: { optional: true } }, outputs: { out: file } }
  many: { command: [run], inputs: { in: { optional: true, many: true } }, outputs: { out: file } }
nodes:
${nodes
  .map(({ many, label, matrix }, index) => {
    const axes = matrix === 0 ? '' : `, matrix: { axis${matrix}: [a, b] }`;
    return `  n${index}: { executor: ${many ? 'many' : 'one'}${label ? `, label: ${label}` : ''}${axes} }\n`;
  })
  .join('')}workflows:
${workflows.join('')}edges:
${lines.map((line) => `  - ${line}\n`).join('')}`;
  return { text, edges: expected.sort() };
}

test('a valid workflow has no problem, and its graph has exactly its edges', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const { text, edges } = write(each);
      const { workflow, problems } = parseWorkflow(text);
      expect(problems).toEqual([]);
      const graph = toGraph(workflow);
      expect(graph.nodes()).toEqual(each.nodes.map((_, index) => `n${index}`));
      const found = graph.mapEdges((_key, { label }, from, to) => `${from} ${to} ${label}`);
      expect(found.sort()).toEqual(edges);
      for (const phase of each.phases) {
        const inPhase = toGraph(workflow, phase).mapEdges((_key, { label }, from, to) => `${from} ${to} ${label}`);
        expect(inPhase.sort()).toEqual(edges.filter((edge) => edge.endsWith(` ${phase}`) || edge.endsWith(' any')));
      }
    }),
    { numRuns: 300 },
  );
});

/** Without the places, which differ where a text is laid out otherwise. */
const meaning = (text: string) => {
  const { workflow, problems } = parseWorkflow(text);
  const bare = (value: unknown): unknown => {
    if (value instanceof Map) return [...value].map(([key, each]) => [key, bare(each)]);
    if (Array.isArray(value)) return value.map(bare);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => (/range$|^shorthand$/i.test(key) ? [] : [[key, bare(each)]])),
    );
  };
  return { workflow: bare(workflow), problems };
};

test('printed and read again, a workflow means the same, and is printed the same', () => {
  fc.assert(
    fc.property(plan, fc.boolean(), (each, crlf) => {
      const text = write(each).text.replaceAll('\n', crlf ? '\r\n' : '\n');
      const printed = parseWorkflow(text).document.toString();
      expect(meaning(printed)).toEqual(meaning(text));
      expect(parseWorkflow(printed).document.toString()).toBe(printed);
    }),
    { numRuns: 100 },
  );
});

test('an edge back makes a cycle, and it is named', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const { text, edges } = write({ ...each, groups: 0 });
      const last = edges.find((edge) => edge.endsWith(' any'));
      fc.pre(last !== undefined);
      const [from, to] = last!.split(' ') as [string, string];
      const { problems } = parseWorkflow(`${text}  - ${to} -> ${from}\n`);
      const cycles = problems.filter(({ code }) => code === 'SF2015');
      expect(cycles.length).toBeGreaterThan(0);
      expect(problems).toEqual(cycles);
      expect(cycles[0]!.message).toContain(`${from} ->`);
    }),
    { numRuns: 200 },
  );
});

test('keys of a graph are names and indices; sources are nodes unless they are left out', () => {
  const { workflow } = parseWorkflow(`scanflow: 1
name: w
sources: { s: s.npz }
executors: { e: { command: [x], inputs: { i: file } } }
nodes: { a: { executor: e } }
edges:
  - sources.s -> a.i
`);
  const graph = toGraph(workflow);
  expect(graph.nodes()).toEqual(['sources.s', 'a']);
  expect(graph.extremities('0')).toEqual(['sources.s', 'a']);
  expect(graph.getEdgeAttributes('0')).toEqual({ label: 'any', via: 'volume', fromPort: undefined, toPort: 'i' });
  const bare = toGraph(workflow, undefined, { sources: false });
  expect([bare.nodes(), bare.size]).toEqual([['a'], 0]);
});
