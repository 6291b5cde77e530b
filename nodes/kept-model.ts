import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Backend, LearningError, loadModel, saveModel } from '../learning';
import { asideOf } from './aside';
import { cacheFolder, type NodeContext } from './contract';

type Model = Awaited<ReturnType<typeof loadModel>>;

/**
 * The model of this kind that the node's cache keeps under a digest of all that decides it, or a new one, which is kept. One
 * that is damaged is made anew.
 *
 * @param said What the log is told where it was kept.
 */
export async function keptModel<K extends Model['kind']>(
  node: NodeContext,
  backend: Backend,
  kind: K,
  digest: string,
  said: string,
  make: () => Promise<Extract<Model, { kind: K }>>,
): Promise<Extract<Model, { kind: K }>> {
  const folder = path.join(cacheFolder(node, `${kind}s`), digest);
  const kept = await load(backend, folder);
  if (kept?.kind === kind) {
    node.log(said);
    return kept as Extract<Model, { kind: K }>;
  }
  const model = await make();
  // Written aside first: another version of this node may be doing the same.
  const aside = asideOf(folder);
  try {
    await saveModel(model, aside);
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another came first, with the same model.
    if (!existsSync(folder)) throw error;
  }
  return model;
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
