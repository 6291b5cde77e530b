import { effectiveGraph, plan } from '../engine/plan';
import { parseWorkflow } from '../graph';

/** How long a graph of 10,000 nodes takes from text to plan; one process, best of five. */
function planBench(): object {
  const nodes = 10_000;
  const text = layered(nodes, 100);
  const parsed = best(1, () => parseWorkflow(text));
  const { workflow } = parsed.result;
  const planned = best(5, () =>
    plan({
      effective: effectiveGraph(workflow, [], {}).effective,
      parameters: new Map(),
      phases: [],
      to: [],
      only: [],
    }),
  );
  return {
    nodes,
    edges: workflow.edges.length,
    steps: planned.result.steps.length,
    parseMs: parsed.ms,
    planMs: planned.ms,
  };
}

/** Layers of nodes, each fed by two of the layer before. */
function layered(nodes: number, width: number): string {
  const lines = ['scanflow: 1', 'name: large', 'executors:'];
  lines.push('  first: { command: [first, $(outputs.y)], outputs: { y: { type: text, path: y } } }');
  lines.push(
    '  next:',
    '    command: [next, $(inputs.a), $(inputs.b), $(outputs.y)]',
    '    inputs: { a: text, b: text }',
    '    outputs: { y: { type: text, path: y } }',
    'nodes:',
  );
  for (let node = 0; node < nodes; node++) lines.push(`  n${node}: { executor: ${node < width ? 'first' : 'next'} }`);
  lines.push('edges:');
  for (let node = width; node < nodes; node++) {
    lines.push(
      `  - n${node - width}.y -> n${node}.a`,
      `  - n${node - width + (node % width === 0 ? 1 : -1)}.y -> n${node}.b`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function best<T>(times: number, work: () => T): { ms: number; result: T } {
  let ms = Number.POSITIVE_INFINITY;
  let result!: T;
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    result = work();
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms: Math.round(ms * 10) / 10, result };
}

console.log(JSON.stringify(planBench()));
