import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWorkflow } from '../../graph';
import { CACHES } from '../workspace/caches';
import { cliFault } from './faults';

/** An example that can be copied: a folder with a workflow of the same name. */
export interface Template {
  name: string;
  description: string;
}

/** What running an example leaves behind; it is no part of it. */
const LEFT_OVER = new Set(['.scanflow', ...CACHES]);
const MOST_NAMED = 5;

/** @param examples Folder of the examples of this installation. */
export async function listTemplates(examples: string): Promise<Template[]> {
  const entries = await readdir(examples, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && existsSync(workflowOf(examples, entry.name)));
  return Promise.all(
    names.map(async ({ name }) => {
      const { workflow } = parseWorkflow(await readFile(workflowOf(examples, name), 'utf8'));
      return { name, description: workflow.description };
    }),
  );
}

/**
 * Copies a template into a folder, whole or not at all.
 *
 * @param to Absolute; made where it is missing.
 * @returns the files, relative to it; the workflow's first.
 * @throws SF3908 where there is no such template, SF3907 where files of these names are there.
 */
export async function copyTemplate(examples: string, name: string, to: string): Promise<string[]> {
  const known = await listTemplates(examples);
  if (!known.some((template) => template.name === name)) {
    throw cliFault(
      'noTemplate',
      `${name} is none of ${known.map((template) => template.name).join(', ') || 'no templates'}.`,
    );
  }
  const from = path.join(examples, name);
  const files = await filesIn(from);
  const inTheWay = files.filter((file) => existsSync(path.join(to, file)));
  if (inTheWay.length > 0) {
    const named = inTheWay.slice(0, MOST_NAMED).join(', ');
    const more = inTheWay.length > MOST_NAMED ? ` and ${inTheWay.length - MOST_NAMED} more` : '';
    throw cliFault('inTheWay', `${named}${more} in ${to}.`);
  }
  for (const file of files) {
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    await cp(path.join(from, file), path.join(to, file), { errorOnExist: true, force: false });
  }
  const first = `${name}.scanflow`;
  return [first, ...files.filter((file) => file !== first)];
}

function workflowOf(examples: string, name: string): string {
  return path.join(examples, name, `${name}.scanflow`);
}

async function filesIn(folder: string, below = ''): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
    const file = path.join(below, entry.name);
    if (LEFT_OVER.has(entry.name)) continue;
    if (entry.isDirectory()) files.push(...(await filesIn(folder, file)));
    else if (entry.isFile()) files.push(file);
  }
  return files.sort();
}
