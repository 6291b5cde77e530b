import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Backend, LearningError, loadModel, saveModel } from '../learning';
import { asideOf } from './aside';
import { cacheFolder, type NodeContext } from './contract';
import type { Tracking } from './tracking';

type Model = Awaited<ReturnType<typeof loadModel>>;

/** What is kept beside a model. */
interface Making {
  /** The run that was to compute everything anew, and made it. */
  fresh?: string;
  /** What its training logged. */
  metrics: [values: Record<string, number>, step: number | undefined][];
}

const MAKING = 'making.json';

/**
 * The model of this kind that the node's cache keeps under a digest of all that decides it, or a new one, which is kept. One
 * that is damaged is made anew. Metrics are those of its training either way.
 *
 * @param said What the log is told where it was kept.
 */
export async function keptModel<K extends Model['kind']>(
  node: NodeContext,
  backend: Backend,
  kind: K,
  digest: string,
  said: string,
  make: (node: NodeContext) => Promise<Extract<Model, { kind: K }>>,
): Promise<Extract<Model, { kind: K }>> {
  const folder = path.join(cacheFolder(node, `${kind}s`), digest);
  const making = readMaking(folder);
  const kept = node.fresh === undefined || making.fresh === node.fresh ? await load(backend, folder) : undefined;
  if (kept?.kind === kind) {
    node.log(said);
    for (const [values, step] of making.metrics) node.tracking.metrics(values, step);
    return kept as Extract<Model, { kind: K }>;
  }
  const made: Making = { fresh: node.fresh, metrics: [] };
  const metrics: Tracking['metrics'] = (values, step) => {
    made.metrics.push([values, step]);
    node.tracking.metrics(values, step);
  };
  const model = await make({ ...node, tracking: { ...node.tracking, metrics } });
  // Written aside first: another version of this node may be doing the same.
  const aside = asideOf(folder);
  try {
    await saveModel(model, aside);
    writeFileSync(path.join(aside, MAKING), JSON.stringify(made));
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another came first, with the same model.
    if (!existsSync(folder)) throw error;
  }
  return model;
}

/** What is told of a kept model; nothing of one that was kept before anything was. */
function readMaking(folder: string): Making {
  try {
    return JSON.parse(readFileSync(path.join(folder, MAKING), 'utf8')) as Making;
  } catch {
    return { metrics: [] };
  }
}

async function load(backend: Backend, folder: string): Promise<Model | undefined> {
  if (!existsSync(folder)) return undefined;
  try {
    return await loadModel(backend, folder);
  } catch (error) {
    if (error instanceof LearningError) return undefined;
    throw error;
  }
}
