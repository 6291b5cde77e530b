import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputRow, RunSummary } from '../../engine/protocol';
import { readNpz } from '../../nodes/data/npz';

const scanflow = path.resolve('dist/scanflow.js');

/** What a person looks at beside a sample that is asked about: images, no clouds. */
describe.each(['labels', 'twins'])('examples/%s', (name) => {
  let root: string;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(path.join(os.tmpdir(), `scanflow-${name}-`)));
    cpSync(`examples/${name}`, root, { recursive: true });
    const made = spawnSync(process.execPath, ['scripts/data.mjs', '--small', path.join(root, 'data')]);
    expect(made.status, String(made.stderr)).toBe(0);
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function ask<T>(...args: string[]): T {
    const result = spawnSync(process.execPath, [scanflow, ...args, '--workspace', root, '--json'], {
      ...{ cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
    });
    expect(result.status, result.stderr.slice(-2000)).toBe(0);
    return JSON.parse(result.stdout) as T;
  }

  it('reconstructs a digit so that it is told from another: reconstructions differ as images do', {
    timeout: 300_000,
  }, () => {
    const run = ask<RunSummary>('run', `${name}.scanflow`, '--only', 'drift', '--runtime', 'process');
    expect(run.state).toBe('succeeded');
    const outputs = ask<OutputRow[]>('outputs', run.run, 'drift');
    const place = outputs.find(({ port }) => port === 'inspection')!.path;
    const { shape, values } = readNpz(readFileSync(path.join(root, place)), place).get('reconstruction')!;
    expect(shape.slice(1)).toEqual([28, 28, 1]);
    expect(spreadOf(values as Uint8Array, shape[0]!)).toBeGreaterThan(40);
  });
});

/** How far a pixel lies from its mean over the samples, in gray values: of clouds, which are all alike, 10. */
function spreadOf(values: ArrayLike<number>, samples: number): number {
  const pixels = values.length / samples;
  const spreads = Array.from({ length: pixels }, (_, pixel) => {
    const all = Array.from({ length: samples }, (_each, sample) => values[sample * pixels + pixel]!);
    const mean = all.reduce((sum, one) => sum + one, 0) / samples;
    return Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / samples);
  });
  return spreads.reduce((sum, one) => sum + one, 0) / pixels;
}
