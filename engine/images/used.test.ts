import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { imageUses } from './used';

test('one use that many note in the same moment is remembered once', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-uses-'));
  try {
    const environment = { identity: 'image:1', description: 'one', handle: { image: 'scanflow/one' } };
    const noting = Array.from({ length: 20 }, () =>
      imageUses(root).note({ kind: 'builtin', name: 'scanflow/evaluator' }, environment),
    );
    await Promise.all(noting);
    expect(readdirSync(path.join(root, 'images'))).toHaveLength(1);
    expect(await imageUses(root).all()).toMatchObject([{ image: 'scanflow/one', of: 'built-in nodes' }]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
