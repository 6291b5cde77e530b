import { cpSync } from 'node:fs';
import type { NodeContext } from './contract';
import { readText } from './data/content';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { choice, text } from './parameters';

/** Passes on the version whose report has the best value. */
export default async function best(node: NodeContext): Promise<void> {
  const metric = text(node, 'metric');
  const goal = choice(node, 'goal', ['maximize', 'minimize']);
  const candidates = node.inputs('candidates');
  const values = node.inputs('reports').map((file, i) => valueIn(file, metric, `Report ${i}`));
  if (candidates.length !== values.length) {
    throw nodeFault('SF7160', `There are ${candidates.length} candidates and ${values.length} reports.`);
  }
  const chosen = values.indexOf(goal === 'maximize' ? Math.max(...values) : Math.min(...values));
  cpSync(candidates[chosen]!, node.output('best'), { recursive: true, dereference: true });
  writeJson(node.output('choice'), { chosen, metric, goal, values });
  node.tracking.metrics({ chosen, [metric]: values[chosen]! });
  node.log(`candidate ${chosen} has the best ${metric}: ${values[chosen]}`);
}

function valueIn(file: string, metric: string, where: string): number {
  let report: unknown;
  try {
    report = JSON.parse(readText(file, where));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw nodeFault('SF7160', `${where} is no JSON.`, undefined, { cause: error });
  }
  const value = new Map(Object.entries((report ?? {}) as object)).get(metric);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw nodeFault('SF7160', `${where} has no number "${metric}".`, 'Name a number that is in every report.');
}
