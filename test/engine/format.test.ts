import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { workspace } from './workspace';

/** A store that the first format's Scanflow wrote: a run with a history, and a run and a model that were deleted. */
const FIRST = path.join(__dirname, 'store-of-format-1');

const storeOf = (place: { root: string }, ...parts: string[]) => path.join(place.root, '.scanflow', ...parts);

it('a store of an older format is brought up to date when it is opened, with all that is in it', async () => {
  const place = workspace({});
  cpSync(FIRST, storeOf(place), { recursive: true });
  const engine = await place.engine();
  expect(readFileSync(storeOf(place, 'format'), 'utf8')).toBe('scanflow store 2\n');
  const kept = await engine.query({ filter: 'metrics.loss < 0.1' });
  expect(kept.map(({ name, metrics }) => [name, metrics.loss])).toEqual([['kept', 1 / 12]]);
  // What was deleted before has the time that all that is deleted has, from now on.
  expect((await engine.gc({})).deleted).toEqual({ runs: 0, models: 0, experiments: 0 });
  await engine.dispose();
  const again = await place.engine();
  expect((await again.gc({ grace: -1 })).deleted).toEqual({ runs: 1, models: 1, experiments: 0 });
  expect((await again.gc({ grace: -1 })).deleted).toEqual({ runs: 0, models: 0, experiments: 0 });
  expect((await again.query({ filter: '' })).map(({ name }) => name)).toEqual(['kept']);
});

it.for(['scanflow store 3\n', 'scanflow store 0\n', 'something else'])(
  'a store of a format that nobody knows is refused, and left as it is: %j',
  async (format) => {
    const place = workspace({});
    cpSync(FIRST, storeOf(place), { recursive: true });
    writeFileSync(storeOf(place, 'format'), format);
    const before = readdirSync(place.root, { recursive: true });
    await expect(place.engine()).rejects.toMatchObject({ fault: { code: 'SF5002', class: 'environment' } });
    expect(readdirSync(place.root, { recursive: true })).toEqual(before);
  },
);
