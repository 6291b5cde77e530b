import { createRequire } from 'node:module';
import path from 'node:path';
import { here } from './backend';
import { learningError } from './fault';

/** What is used of onnxruntime: its packages for Node and for WebAssembly agree in it. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxSession> };
  Tensor: new (type: string, data: ArrayLike<number>, shape: readonly number[]) => OnnxTensor;
}

export interface OnnxTensor {
  type: string;
  data: ArrayLike<number | bigint | string>;
  dims: readonly number[];
}

export interface OnnxSession {
  inputNames: readonly string[];
  outputNames: readonly string[];
  inputMetadata?: readonly { isTensor: boolean; type?: string; shape?: readonly (number | string)[] }[];
  outputMetadata?: readonly { isTensor: boolean; type?: string; shape?: readonly (number | string)[] }[];
  run(feeds: Record<string, OnnxTensor>, fetches: readonly string[]): Promise<Record<string, OnnxTensor>>;
  release?(): Promise<void>;
}

/**
 * onnxruntime, where it is installed: in the folder `onnxruntime` beside the program or above it, or in the folder that SCANFLOW_ONNXRUNTIME names.
 *
 * @throws SF7004 where it is not.
 */
export function loadOnnxRuntime(): OnnxRuntime {
  const folder = process.env.SCANFLOW_ONNXRUNTIME ?? path.join(here(), 'onnxruntime');
  const load = createRequire(path.join(folder, 'package.json'));
  for (const name of ['onnxruntime-node', 'onnxruntime-web']) {
    try {
      return load(name) as OnnxRuntime;
    } catch {
      // The next one, then.
    }
  }
  throw learningError('SF7004', 'onnxruntime is not installed.');
}
