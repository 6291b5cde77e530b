import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimes } from '../engine/runtimes';
import { type TestWorkspace, workspace } from '../engine/workspace';

const folder = path.resolve('examples/three-causes');
const files = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
);

/** R2: each cause is flagged by a checker; R79: the detector is exchanged for one of the user's own. */
describe('examples/three-causes', () => {
  const flagged = async (place: TestWorkspace, cause: string, runtime: 'process' | 'docker' = 'process') => {
    const summary = await place.run({ file: 'three-causes.scanflow', parameters: { cause }, runtime });
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

  /** The example with another detector: one line is another. */
  const exchanged = (executor: string) =>
    workspace({
      ...files,
      'three-causes.scanflow': files['three-causes.scanflow']!.replace(
        /^ {2}drift: .*$/m,
        `  drift: { executor: ${executor}, kind: checker }`,
      ),
    });

  it('works the same with a detector of one’s own: one line is another', async () => {
    const place = exchanged('own-detector');
    expect(await flagged(place, 'none')).toEqual({ drift: 0, upstream: 0, health: 0 });
    expect(await flagged(place, 'data')).toMatchObject({ drift: 1 });
  });

  it('works the same with one in a container of another image, in another language', async (context) => {
    const reason = await runtimes[1]!.ready();
    if (reason) return context.skip(reason);
    const place = exchanged('python-detector');
    expect(await flagged(place, 'data', 'docker')).toMatchObject({ drift: 1, health: 0 });
    const engine = await place.engine();
    const [last] = await engine.runs({});
    const outputs = await engine.outputs({ run: last!.run, node: 'drift' });
    expect(outputs.map(({ port }) => port).sort()).toEqual(['critical', 'tags']);
    const { executions } = await engine.lineage({ thing: outputs[0]!.digest });
    const [detector] = executions.filter(({ node }) => node === 'drift');
    expect(detector).toMatchObject({ runtime: 'docker', command: expect.arrayContaining(['python', 'detector.py']) });
  });
});
