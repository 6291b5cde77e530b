import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openHashCache } from './hash-cache';
import { encodeRecord } from './record';

test.each(['writeFile', 'rename'] as const)(
  'where %s fails as the log is made short, nothing but that is lost',
  async (failing) => {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'hashes-'));
    onTestFinished(() => fs.rm(folder, { recursive: true }));
    const log = path.join(folder, 'hashes.log');
    const file = path.join(folder, 'data');
    await fs.writeFile(file, 'data');
    const line = encodeRecord(JSON.stringify([file, 'as it was', 'digest', 4]));
    await fs.writeFile(log, Buffer.concat(Array.from({ length: 10_001 }, () => line)));
    const { writeFile } = fs;
    const full = Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    const refused = vi.spyOn(fs, failing).mockImplementation(async (place: unknown) => {
      if (failing === 'writeFile') await writeFile(place as string, 'a part');
      throw full;
    });
    onTestFinished(() => refused.mockRestore());
    const cache = openHashCache(log);
    expect(await cache.get(file)).toBeNull();
    expect(refused).toHaveBeenCalledOnce();
    expect((await fs.readdir(folder)).toSorted()).toEqual(['data', 'hashes.log']);
  },
);
