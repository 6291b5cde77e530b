import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseRuntime } from './choose';

describe('the choice of a runtime', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'scanflow-choose-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
  const without = () => ({ root, bundle: '', settings: { dockerHost: 'unix:///nowhere/docker.sock' } });

  it('takes processes where Docker does not answer, and none was named', async () => {
    const runtime = await chooseRuntime('auto', without());
    expect(runtime.name).toBe('process');
    expect(runtime.limits).not.toHaveLength(0);
    expect((await chooseRuntime('process', without())).name).toBe('process');
  });

  it('says why where Docker was named', async () => {
    await expect(chooseRuntime('docker', without())).rejects.toMatchObject({
      fault: { code: 'SF4001', class: 'environment', remedy: expect.stringContaining('--runtime process') },
    });
  });
});
