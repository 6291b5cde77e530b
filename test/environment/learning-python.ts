import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

/** As bench/learning measured them; gigabytes, so only a benchmark asks for them. */
const PACKAGES = ['torch==2.15.0', 'tensorflow-cpu==2.21.0', 'keras==3.15.1'];

/** A Python with PyTorch and Keras, made where it is missing and kept outside the clone; or the reason why there is none. */
export async function ensureLearningPython(): Promise<{ python: string } | { reason: string }> {
  const folder = cacheFolder('learning-venv');
  const windows = process.platform === 'win32';
  const python = path.join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  const complete = path.join(folder, 'complete');
  try {
    return await exclusively(`${folder}.lock`, async () => {
      if (existsSync(complete)) return { python };
      rmSync(folder, { recursive: true, force: true });
      await run(windows ? 'python' : 'python3', ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
      writeFileSync(complete, '');
      return { python };
    });
  } catch (error) {
    return { reason: (error as Error).message };
  }
}
