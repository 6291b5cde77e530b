import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { workspace } from '../engine/workspace';

const folder = path.resolve('examples/three-causes');
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
);

/** R2: each cause is flagged by a checker; R79: the detector is exchanged for one of the user's own. */
describe('examples/three-causes', () => {
  const flagged = async (place: ReturnType<typeof workspace>, cause: string) => {
    const summary = await place.run({ file: 'three-causes.scanflow', parameters: { cause } });
    expect(summary.state).toBe('succeeded');
    const { drift, upstream, health } = summary.metrics;
    return { drift: drift!.drifted, upstream: upstream!.alarm, health: health!.alarm };
  };

  it('flags each cause, and nothing where nothing is wrong', async () => {
    const place = workspace(files);
    expect(await flagged(place, 'none')).toEqual({ drift: 0, upstream: 0, health: 0 });
    expect(await flagged(place, 'data')).toMatchObject({ drift: 1, health: 0 });
    expect(await flagged(place, 'model')).toEqual({ drift: 0, upstream: 0, health: 1 });
    expect(await flagged(place, 'upstream')).toMatchObject({ upstream: 1, health: 0 });
    const engine = await place.engine();
    const [last] = await engine.runs({});
    const logs = await engine.logs({ run: last!.run, node: 'upstream' });
    expect(logs.map(({ text }) => text).join('')).toContain('ALARM on extract.rows -> live.data: temperature goes to');
  });

  it('works the same with a detector of one’s own: one line is another', async () => {
    const lines = files['three-causes.scanflow']!.split('\n');
    const place = workspace({
      ...files,
      'three-causes.scanflow': lines
        .map((line) => (line.startsWith('  drift: ') ? '  drift: { executor: own-detector, kind: checker }' : line))
        .join('\n'),
    });
    expect(await flagged(place, 'none')).toEqual({ drift: 0, upstream: 0, health: 0 });
    expect(await flagged(place, 'data')).toMatchObject({ drift: 1 });
  });
});
