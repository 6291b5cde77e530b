import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { ENV, type Json } from '../engine/protocol';
import { runNode } from './run';

const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-nodes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let attempts = 0;

/** How a node ended, and what it left. */
export interface Attempt {
  code: number;
  /** Lines of its log. */
  log: string[];
  /** Lines on stderr. */
  errors: string[];
  /** Where it was to write an output. */
  output(port: string): string;
  read(port: string): string;
  wrote(port: string): boolean;
  task: unknown;
  progress: { done: number; message?: string }[];
}

/**
 * Runs a node through its contract in this process, in a folder of its own; the cache is one for all.
 *
 * @param inputs Port -> a file, or its content, or several for a port that takes many.
 */
export async function attempt(
  name: string,
  parameters: Record<string, Json>,
  inputs: Record<string, string | Uint8Array | { file: string } | { many: string[] }>,
  env: Record<string, string> = {},
): Promise<Attempt> {
  const folder = path.join(root, String(attempts++));
  mkdirSync(path.join(folder, 'inputs'), { recursive: true });
  mkdirSync(path.join(root, 'cache'), { recursive: true });
  const places = Object.entries(inputs).map(([port, given]) => [port, bind(path.join(folder, 'inputs', port), given)]);
  const output = (port: string) => path.join(folder, 'outputs', port);
  const ports = [
    'model',
    'onnx',
    'labelled',
    'y',
    'report',
    'inspection',
    'best',
    'choice',
    'critical',
    'tags',
    'clean',
    'feedback',
    'revision',
    'data',
    'train',
    'held',
    'labels',
    'schema',
    'denoiser',
  ];
  const at = (file: string) => path.join(folder, file);
  const outputs = Object.fromEntries(ports.map((port) => [port, output(port)]));
  writeFileSync(at('params.json'), JSON.stringify({ parameters, inputs: Object.fromEntries(places), outputs }));
  const [log, errors]: [string[], string[]] = [[], []];
  const code = await runNode([name], {
    env: {
      [ENV.params]: at('params.json'),
      [ENV.cache]: path.join(root, 'cache'),
      [ENV.task]: at('task.json'),
      [ENV.progress]: at('progress'),
      ...env,
    },
    log: (line) => log.push(line),
    error: (line) => errors.push(line),
  });
  const lines = existsSync(at('progress')) ? readFileSync(at('progress'), 'utf8').trim().split('\n') : [];
  return {
    code,
    log,
    errors,
    output,
    read: (port) => readFileSync(output(port), 'utf8'),
    wrote: (port) => existsSync(output(port)),
    task: existsSync(at('task.json')) ? JSON.parse(readFileSync(at('task.json'), 'utf8')) : null,
    progress: lines.map((line) => JSON.parse(line)),
  };
}

function bind(place: string, given: string | Uint8Array | { file: string } | { many: string[] }): string {
  if (typeof given === 'object' && 'file' in given) return given.file;
  if (typeof given === 'object' && 'many' in given) {
    mkdirSync(place);
    for (const [i, content] of given.many.entries()) writeFileSync(path.join(place, String(i)), content);
  } else {
    writeFileSync(place, given);
  }
  return place;
}
