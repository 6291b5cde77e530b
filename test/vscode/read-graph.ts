import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RevisionRow } from '../../engine/protocol';
import type { Answer, Reading } from '../../extension/graph/questions';

/** What the extension's worker makes of texts, one after the other. `tick`: at the start, and after each. */
export async function readGraphs(
  dist: string,
  texts: string[],
  collapsed: string[] | null = null,
  tick: () => void = () => {},
  revisions: readonly RevisionRow[] = [],
): Promise<Reading[]> {
  const worker = new Worker(path.join(dist, 'graph-worker.js'));
  try {
    const readings: Reading[] = [];
    tick();
    for (const [id, text] of texts.entries()) {
      readings.push(
        await new Promise<Reading>((resolve, reject) => {
          worker.once('error', reject);
          worker.once('message', (answer: Answer) => {
            if ('reading' in answer) resolve(answer.reading);
            else reject(new Error(answer.error));
          });
          worker.postMessage({ id, text, scene: { collapsed, revisions, ran: null } });
        }),
      );
      tick();
    }
    return readings;
  } finally {
    await worker.terminate();
  }
}

/** A workflow in groups of `size`, each a chain, and each group's end joined to the beginnings of two later ones. */
export function largeWorkflow(count: number, size = 12): string {
  const nodes = Array.from({ length: count }, (_, at) => `  n${at}: { executor: step }`);
  const groups = Array.from({ length: Math.ceil(count / size) }, (_, group) => {
    const members = Array.from({ length: Math.min(size, count - group * size) }, (_, at) => `n${group * size + at}`);
    return `  g${group}: { order: parallel, nodes: [${members.join(', ')}] }`;
  });
  const edges: string[] = [];
  for (let at = 0; at < count; at++) {
    if ((at + 1) % size !== 0 && at + 1 < count) edges.push(`  - n${at} -> n${at + 1} [training]`);
    if (at % 3 === 0 && at + size < count) edges.push(`  - n${at} -> n${at + size} [inference]`);
    if (at % 8 === 0 && at + 1 < count) edges.push(`  - n${at} -> n${at + 1} [inference]`);
  }
  return `scanflow: 1
name: large
labels: { nodes: [step], edges: [training, inference] }
executors:
  step: { command: [run] }
nodes:
${nodes.join('\n')}
workflows:
${groups.join('\n')}
edges:
${edges.join('\n')}
`;
}
