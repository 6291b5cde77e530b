import type { Change } from '../messages/labeling';

interface Kept {
  changes: Map<string, Change>;
  /** Why the engine took none of the last ones. */
  message: string;
}

/** What the engine would not take, a task: a view that is shown again knows of nothing that it was told before. */
export class Unsaved {
  private readonly kept = new Map<string, Kept>();

  keep(task: string, changes: readonly Change[], message: string): void {
    const former = this.kept.get(task)?.changes ?? [];
    const all = new Map([...former, ...changes.map((change) => [change.id, change] as const)]);
    if (all.size > 0) this.kept.set(task, { changes: all, message });
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
