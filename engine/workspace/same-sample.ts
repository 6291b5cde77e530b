import type { TaskItem, TaskRequest } from '../protocol';

/** Two items with one id are the same sample, as far as their nodes say what it is. */
export function isSameSample(one: TaskItem | undefined, other: TaskItem | undefined): boolean {
  if (!one || !other) return false;
  return one.content === undefined || other.content === undefined || one.content === other.content;
}

export const itemsById = ({ items }: TaskRequest): Map<string, TaskItem> =>
  new Map(items.map((item) => [item.id, item]));
