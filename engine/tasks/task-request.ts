import path from 'node:path';
import type { Step } from '../plan';
import { fault, type TaskItem, type TaskRequest } from '../protocol';
import { readAttemptFile } from '../runtimes/attempt-file';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads what a node left in `$SCANFLOW_TASK`.
 *
 * @param directory The attempt's.
 * @throws fault SF6020 where it is not a task.
 */
export async function readTaskRequest(directory: string, step: Step): Promise<TaskRequest> {
  const bad = (what: string) =>
    fault(
      'SF6020',
      'failed',
      `The task that ${step.name} left ${what}.`,
      'Correct what the node writes to $SCANFLOW_TASK.',
    );
  const text = await readAttemptFile(path.join(directory, 'task.json'), MAX_BYTES + 1).catch(() => {
    throw bad('is no file that can be read');
  });
  if (text.length > MAX_BYTES) throw bad('is too large');
  let value: Partial<TaskRequest> | null;
  try {
    value = JSON.parse(text.toString()) as Partial<TaskRequest> | null;
  } catch {
    throw bad('is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw bad('is not an object');
  const { kind, items, data, output, classes = [], choices, title = step.node } = value;
  if (kind !== 'label' && kind !== 'find') throw bad('has no `kind` label or find');
  if (!Array.isArray(items) || !items.every(isItem)) throw bad('has no `items` with an `id` each');
  if (typeof data !== 'string' || typeof output !== 'string') throw bad('names no `data` input or no `output` port');
  if (!step.outputs.some(({ name }) => name === output))
    throw bad(`names output ${output}, which the node does not have`);
  if (!areTexts(classes)) throw bad('has odd `classes`');
  if (choices !== undefined && !areTexts(choices)) throw bad('has odd `choices`');
  const { clean, answers } = value;
  for (const port of [clean, answers]) {
    if (port !== undefined && typeof port !== 'string') throw bad('has an odd `clean` or `answers`');
  }
  return { kind, title: String(title), classes, items, output, data, clean, choices, answers };
}

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function isItem(item: unknown): item is TaskItem {
  if (typeof item !== 'object' || item === null || typeof (item as TaskItem).id !== 'string') return false;
  const { content, suggestion, values } = item as TaskItem;
  if (values !== undefined && !(typeof values === 'object' && values !== null && areTexts(Object.values(values))))
    return false;
  if (content !== undefined && typeof content !== 'string') return false;
  return suggestion === undefined || typeof suggestion?.label === 'string';
}
