/** Writes learning/kernels/binary.ts, WebAssembly compiled from learning/kernels/assembly. `[--check]` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernels } from '../learning/kernels/compile.mjs';

const target = path.resolve(fileURLToPath(import.meta.url), '../../learning/kernels/binary.ts');
const text = await compileKernels();
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('learning/kernels/binary.ts is older than assembly/: run `node scripts/generate-kernels.mjs`.');
  process.exit(1);
}
