import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { heardOf, type ParsedWorkflow, parseWorkflow, type Workflow } from '../../graph';
import { ScanflowError } from '../protocol';
import type { Context } from './command';
import { cliFault } from './faults';
import { count } from './screen/figures';
import { problemLines } from './screen/problems';
import { existingFile } from './workspace-root';

/** A workflow's file, parsed. @throws SF3902 where it can't be read. */
export async function readWorkflow({ io }: Context, file: string): Promise<ParsedWorkflow> {
  return parseWorkflow(await readFile(existingFile(io.cwd, file), 'utf8'));
}

/**
 * A workflow without errors. Errors and warnings are printed like a compiler's.
 * @throws SF3904 with all problems of the file.
 */
export async function validWorkflow(context: Context, file: string): Promise<Workflow> {
  const { workflow, problems, text } = await readWorkflow(context, file);
  const shown = heardOf(text, problems).filter(({ severity }) => severity === 'error' || severity === 'warning');
  context.io.err(problemLines(shownPath(context, file), shown, context.err));
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return workflow;
  const { fault } = cliFault('invalid', `${count(errors, 'error')} in ${shownPath(context, file)}.`);
  throw new ScanflowError({ ...fault, problems });
}

/** A file as the person who typed it would find it again. */
export function shownPath({ io }: Context, file: string): string {
  const relative = path.relative(io.cwd, path.resolve(io.cwd, file));
  return relative.startsWith('..') ? path.resolve(io.cwd, file) : relative;
}
