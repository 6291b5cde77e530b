import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

const VERSION = '1.30.0';

/**
 * onnxruntime for Node, installed where it is missing and kept outside the clone: 300 MB, which nobody else needs.
 *
 * @returns the folder for SCANFLOW_ONNXRUNTIME, or the reason why this machine has none: skip the test, saying it. Where
 * everything is required (`CI` or `SCANFLOW_REQUIRE_ALL=1`) it throws instead, so that the test fails.
 */
export async function ensureOnnxRuntime(): Promise<{ folder: string } | { reason: string }> {
  const folder = cacheFolder(`onnxruntime-${VERSION}`);
  try {
    return await exclusively(`${folder}.lock`, async () => {
      const complete = path.join(folder, 'complete');
      if (existsSync(complete)) return { folder };
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      // Its install script only fetches what GPUs need.
      const options = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
      await run('npm', ['install', ...options, '--prefix', folder, `onnxruntime-node@${VERSION}`]);
      writeFileSync(complete, '');
      return { folder };
    });
  } catch (error) {
    if (process.env.CI || process.env.SCANFLOW_REQUIRE_ALL === '1') throw error;
    return { reason: (error as Error).message };
  }
}
