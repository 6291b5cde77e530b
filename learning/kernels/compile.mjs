/**
 * Compiles assembly/ to WebAssembly, as the text of binary.ts: so it is part of every bundle and needs no path at run
 * time. scripts/generate-kernels.mjs writes it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = path.dirname(fileURLToPath(import.meta.url));

// The stub runtime and no static data: the module touches no memory but what it is handed, and can share tfjs'.
const FLAGS = '--config none -O3 --noAssert --runtime stub --enable simd --enable bulk-memory --importMemory';

/** @returns {Promise<string>} The text of binary.ts. */
export async function compileKernels() {
  const plain = await compile(FLAGS);
  const fused = await compile(`${FLAGS} --enable relaxed-simd`);
  const text = (name, binary) => `  ${name}:\n    '${Buffer.from(binary).toString('base64')}',\n`;
  return `/**
 * Made by scripts/generate-kernels.mjs from assembly/, in base64: ${plain.length} and ${fused.length} bytes of WebAssembly, without and with relaxed
 * SIMD.
 */
export const kernels = {
${text('plain', plain)}${text('fused', fused)}};
`;
}

async function compile(flags) {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(['index.ts', ...flags.split(' '), '--baseDir', here, '-o', 'kernels.wasm'], {
    readFile: (name) => readSource(name),
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`assembly/ does not compile: ${error?.message}\n${stderr}`);
  return binary;
}

function readSource(name) {
  try {
    return readFileSync(path.join(here, 'assembly', name), 'utf8');
  } catch {
    return null;
  }
}
