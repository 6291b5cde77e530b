import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { ENV, type Json, type NodeParameters, type NodeProgress } from '../engine/protocol';
import { nodeFault } from './faults';
import { connectTracking, type Tracking } from './tracking';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A built-in node: everything that it knows of the world comes through `node`. */
export type Program = (node: NodeContext) => Promise<void>;

/** The node contract (docs/node-contract.md), seen from inside a node. */
export interface NodeContext {
  parameters: Map<string, Json>;
  /** Path at an input port. @throws SF7104 where it is not bound. */
  input(port: string): string;
  optionalInput(port: string): string | undefined;
  /** Paths at a port that takes many, in the order of the edges. @throws SF7104 where there is none. */
  inputs(port: string): string[];
  /** Every file at an input port and in the folders there, those of ports that take many, too; `where`: what an error calls it. */
  files(except?: readonly string[]): { file: string; where: string }[];
  /** Where to write an output. */
  output(port: string): string;
  /** A folder that stays from run to run. */
  cache: string;
  /** The run that is to compute everything anew: of results in the cache only its own are used. Undefined: all are. */
  fresh?: string;
  /** The file for a task that asks a person. */
  task: string;
  tracking: Tracking;
  /** A line in the node's log. */
  log(line: string): void;
  /** How far it is, from 0 to 1. */
  progress(progress: NodeProgress): void;
}

/**
 * Reads the node contract from environment variables.
 *
 * @throws SF7102 where the node was started in another way.
 */
export function openContract(env: Environment, log: (line: string) => void): NodeContext {
  const { parameters, inputs, outputs } = readParameters(required(env, ENV.params));
  const optionalInput = (port: string) => {
    const place = inputs.get(port);
    return place !== undefined && existsSync(place) ? place : undefined;
  };
  const input = (port: string) => {
    const place = optionalInput(port);
    if (place === undefined) throw nodeFault('SF7104', `Input ${port} is not bound.`);
    return place;
  };
  const reported = { done: -1 };
  return {
    parameters,
    input,
    optionalInput,
    inputs: (port) => many(input(port), port),
    files: (except = []) =>
      [...inputs]
        .filter(([port]) => !except.includes(port))
        .flatMap(([port, place]) => filesAt(place).map((file) => ({ file, where: fileName(port, place, file) }))),
    output: (port) => {
      const place = outputs.get(port);
      if (place === undefined) throw nodeFault('SF7102', `The parameters name no output ${port}.`);
      return place;
    },
    cache: required(env, ENV.cache),
    fresh: env[ENV.fresh] === '1' ? env[ENV.run] : undefined,
    task: required(env, ENV.task),
    tracking: connectTracking(env, log),
    log,
    progress: (progress) => {
      const place = env[ENV.progress];
      // A line a percent is enough for any bar, and does not fill the disk.
      if (place === undefined || (progress.done < 1 && progress.done - reported.done < 0.01)) return;
      reported.done = progress.done;
      appendFileSync(place, `${JSON.stringify(progress)}\n`);
    },
  };
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw nodeFault('SF7102', `${name} is not set.`);
  return value;
}

function readParameters(file: string) {
  let read: NodeParameters;
  try {
    read = JSON.parse(readFileSync(file, 'utf8')) as NodeParameters;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw nodeFault('SF7102', `The parameters ${file} cannot be read: ${why}.`, undefined, { cause: error });
  }
  return {
    parameters: new Map(Object.entries(read.parameters ?? {})),
    inputs: new Map(Object.entries(read.inputs ?? {})),
    outputs: new Map(Object.entries(read.outputs ?? {})),
  };
}

/** What an error calls a file at a port, as it calls one in a folder of data. */
function fileName(port: string, place: string, file: string): string {
  const below = path.relative(place, file).split(path.sep).join('/');
  return below === '' ? `Input ${port}` : `${below} of Input ${port}`;
}

/** @param above The folders that it lies in: a link to one of them leads to nothing new. */
function filesAt(place: string, above: readonly string[] = []): string[] {
  const status = statSync(place, { throwIfNoEntry: false });
  if (!status?.isDirectory()) return status?.isFile() ? [place] : [];
  const folder = realpathSync(place);
  if (above.includes(folder)) return [];
  const names = readdirSync(place).filter((name) => !name.startsWith('.'));
  return names.flatMap((name) => filesAt(path.join(place, name), [...above, folder]));
}

/** A port that takes many is a folder with one entry an edge, named 0, 1, ... */
function many(folder: string, port: string): string[] {
  const names = readdirSync(folder).sort((a, b) => Number(a) - Number(b));
  if (names.length === 0) throw nodeFault('SF7104', `Input ${port} is not bound.`);
  return names.map((name) => path.join(folder, name));
}

/** The node's own folder in its cache. */
export function cacheFolder(node: NodeContext, name: string): string {
  const folder = path.join(node.cache, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
