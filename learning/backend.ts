import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as wasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { learningError } from './fault';
import { guardMemory, type WasmBackend } from './kernels/heap';
import { type Arithmetic, arithmetics } from './kernels/module';
import { registerKernels } from './kernels/register';

export type TF = typeof tf;

/** Where tensors live and are computed. One is open at a time in a process (tfjs keeps one engine for all). */
export interface Backend {
  name: 'wasm' | 'tfjs-node';
  /** Of the library that computes. */
  version: string;
  /** How it multiplies and adds; what is computed in two ways is not the same bits. */
  arithmetic: Arithmetic | 'native';
  tf: TF;
  /** Frees all its tensors; models trained on it are of no use afterwards. */
  dispose(): void;
}

let open: Backend | undefined;
let wasmFactory: ReturnType<TF['findBackendFactory']> | undefined;

/**
 * Opens the backend that is preferred: `auto` takes tfjs-node where it is installed, else wasm, which needs nothing. The
 * plain JavaScript backend of tfjs is never taken: its up-sampling gradient is wrong for batches.
 *
 * @throws SF7001 where the wasm file is missing, SF7002 where tfjs-node is asked for and not there, SF7003 where another
 * backend is open.
 */
export async function openBackend(preferred: 'auto' | 'wasm' | 'tfjs-node' = 'auto'): Promise<Backend> {
  if (open) throw learningError('SF7003', `The backend ${open.name} is still open in this process.`);
  if (preferred !== 'wasm') {
    const native = await openNative();
    if (native) return native;
    if (preferred === 'tfjs-node') {
      throw learningError('SF7002', 'The backend tfjs-node is asked for, but @tensorflow/tfjs-node cannot be loaded.');
    }
  }
  return openWasm();
}

async function openWasm(): Promise<Backend> {
  const folder = wasmFolder();
  if (folder) wasm.setWasmPaths(`${folder}${path.sep}`);
  if (!tf.findBackendFactory('wasm') && wasmFactory) tf.registerBackend('wasm', wasmFactory);
  wasmFactory = tf.findBackendFactory('wasm');
  let ready = false;
  let cause: unknown;
  try {
    ready = await tf.setBackend('wasm');
  } catch (error) {
    cause = error;
  }
  if (!ready) throw learningError('SF7001', 'The wasm backend does not start.', undefined, { cause });
  const arithmetic = arithmetics()[0]!;
  guardMemory(tf.backend() as unknown as WasmBackend);
  registerKernels(tf, arithmetic);
  return adopt({ name: 'wasm', version: wasm.version_wasm, arithmetic }, 'wasm');
}

/** tfjs-node shares the engine of this copy of tfjs-core (both keep it in the global scope), so only it is loaded. */
async function openNative(): Promise<Backend | undefined> {
  const load = createRequire(path.join(process.env.SCANFLOW_TFJS_NODE ?? here(), 'package.json'));
  let native: { version?: Record<string, string> };
  try {
    // Node 23 removed what tfjs-node 4.22 still calls.
    const util = load('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    native = load('@tensorflow/tfjs-node') as typeof native;
  } catch {
    return undefined;
  }
  if (!(await tf.setBackend('tensorflow'))) return undefined;
  const version = native.version?.['tfjs-node'] ?? 'unknown';
  return adopt({ name: 'tfjs-node', version, arithmetic: 'native' }, 'tensorflow');
}

function adopt(of: Pick<Backend, 'name' | 'version' | 'arithmetic'>, registered: string): Backend {
  const backend: Backend = {
    ...of,
    tf,
    dispose() {
      if (open !== backend) return;
      open = undefined;
      // tfjs-node registers itself once, when it is loaded: it stays, and only wasm's memory is given back.
      if (of.name === 'wasm') tf.removeBackend(registered);
    },
  };
  open = backend;
  return backend;
}

/** The folder of this file in the sources, or of the bundle. */
export function here(): string {
  return typeof __dirname === 'string' ? __dirname : process.cwd();
}

/** Where tfjs-backend-wasm-simd.wasm lies: beside the bundle, else in the package. */
function wasmFolder(): string | undefined {
  if (existsSync(path.join(here(), 'tfjs-backend-wasm-simd.wasm'))) return here();
  try {
    const require = createRequire(path.join(here(), 'package.json'));
    return path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist');
  } catch {
    return undefined;
  }
}
