import path from 'node:path';
import type { LineageEntity } from '../protocol';
import type { EngineRooms } from './run-context';

type Kept = Pick<LineageEntity, 'digest' | 'kind' | 'bytes' | 'path'>;

/** What the store has of a content that a run refers to: it may have been taken out since, because a node wrote to it. */
export async function keptOf(
  { artifacts, places }: Pick<EngineRooms, 'artifacts' | 'places'>,
  digest: string,
): Promise<Kept> {
  const place = artifacts.pathOf(digest);
  const found = await artifacts.hash(place).catch(async (error: unknown) => {
    // Of many that are listed, one that is gone must not hide the others.
    if (await artifacts.has(digest)) throw error;
    return null;
  });
  return {
    digest,
    kind: found?.kind ?? 'absent',
    bytes: found?.bytes ?? null,
    path: path.relative(places.root, place).replaceAll(path.sep, '/'),
  };
}
