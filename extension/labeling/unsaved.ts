import type { TaskDetail } from '../../engine/protocol';
import type { Change } from '../messages/labeling';

type Detail = Pick<TaskDetail, 'id' | 'items'>;

interface Kept {
  changes: Map<string, Change>;
  /** What the engine had of these samples then. */
  before: Map<string, string>;
  /** Why the engine took none of the last ones. */
  message: string;
}

/** What the engine would not take, a task: a view that is shown again knows of nothing that it was told before. */
export class Unsaved {
  private readonly kept = new Map<string, Kept>();

  keep({ id: task, items }: Detail, changes: readonly Change[], message: string): void {
    const former = this.kept.get(task);
    const all = new Map([...(former?.changes ?? []), ...changes.map((change) => [change.id, change] as const)]);
    const before = new Map([...(former?.before ?? []), ...saidOf(items, new Set(changes.map(({ id }) => id)))]);
    if (all.size > 0) this.kept.set(task, { changes: all, before, message });
  }

  /**
   * Another client has said something of these samples since: that is newer, and what was refused is dropped.
   *
   * @returns their ids.
   */
  heed({ id: task, items }: Detail): string[] {
    const kept = this.kept.get(task);
    if (!kept) return [];
    const now = saidOf(items, kept.changes);
    const overtaken = [...kept.changes.values()].filter(({ id }) => now.has(id) && now.get(id) !== kept.before.get(id));
    this.drop(task, overtaken);
    return overtaken.map(({ id }) => id);
  }

  /** It arrived, or something else was said of these samples. */
  drop(task: string, changes: readonly Change[]): void {
    const kept = this.kept.get(task)?.changes;
    for (const { id } of changes) kept?.delete(id);
    if (kept?.size === 0) this.kept.delete(task);
  }

  /** The task is closed. */
  forget(task: string): void {
    this.kept.delete(task);
  }

  of(task: string): Kept | undefined {
    return this.kept.get(task);
  }
}

function saidOf(items: Detail['items'], wanted: { has(id: string): boolean }): Map<string, string> {
  return new Map(
    items
      .filter(({ id }) => wanted.has(id))
      .map(({ id, answer, skipped, reason }) => [id, JSON.stringify([answer, skipped, reason])]),
  );
}
