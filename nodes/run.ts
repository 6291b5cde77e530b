import { ScanflowError } from '../engine/protocol';
import { LearningError } from '../learning/fault';
import { type Environment, type NodeContext, openContract } from './contract';
import { beginsAsParquet } from './data/decoded';
import { nodeFault } from './faults';
import { catalogued, onlyHeaders, planned } from './programs';

/** The outside of a node's process; a test has its own. */
export interface Outside {
  env: Environment;
  log(line: string): void;
  error(line: string): void;
}

/**
 * Runs one built-in node: `node nodes.js <name>`, with everything else in the environment (the node contract).
 *
 * @returns the exit code: 0, or 1 with one line on stderr that has the code, what happened and what to do.
 */
export async function runNode(args: readonly string[], outside: Outside): Promise<number> {
  try {
    const name = args[0] ?? '';
    const load = catalogued.get(name) ?? planned.get(name);
    if (!load) throw nodeFault('SF7101', `There is no built-in node "${name}".`);
    const node = openContract(outside.env, outside.log);
    const { default: program } = await load();
    try {
      await decodeParquetInputs(node, onlyHeaders.get(name));
      await program(node);
      node.progress({ done: 1 });
    } finally {
      await node.tracking.flush();
    }
    return 0;
  } catch (error) {
    const { code, message, remedy } = faultOf(error);
    outside.error(`${code} ${message} ${remedy}`.replaceAll(/\s*\n\s*/g, ' '));
    if (code === 'SF7100' && error instanceof Error) outside.error(error.stack ?? '');
    return 1;
  }
}

/** Nodes read tables without waiting; what can only be read by waiting is read before. */
async function decodeParquetInputs(node: NodeContext, except?: readonly string[]): Promise<void> {
  const files = parquetAmong(node, except);
  if (files.length === 0) return;
  const { decodeParquet } = await import('./data/parquet');
  for (const { file, where } of files) await decodeParquet(file, where);
}

function parquetAmong(node: NodeContext, except?: readonly string[]): ReturnType<NodeContext['files']> {
  try {
    return node.files(except).filter(({ file }) => beginsAsParquet(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw nodeFault('SF7105', `An input cannot be read: ${why}.`, undefined, { cause: error });
  }
}

function faultOf(error: unknown) {
  if (error instanceof ScanflowError || error instanceof LearningError) return error.fault;
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return nodeFault('SF7106', `${error.message}.`).fault;
  }
  return nodeFault('SF7100', String(error)).fault;
}
