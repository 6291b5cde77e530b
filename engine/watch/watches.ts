import path from 'node:path';
import type { WatchRequest, WatchRow } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { insideWorkspace } from '../workspace/places';
import { Watcher } from './watcher';

/** The workflows that are armed in this engine. Nothing arms itself: an engine begins with none. */
export class Watches {
  private readonly armed = new Map<string, Watcher>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rooms: EngineRooms,
    private readonly runs: ActiveRuns,
  ) {}

  /** Arms a workflow, anew where it was; or disarms it. One after the other. @returns it, or how it was; null: it was not. */
  set(request: WatchRequest): Promise<WatchRow | null> {
    const turn = this.last.then(() => this.change(request));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  rows(): WatchRow[] {
    return [...this.armed.values()].map((watcher) => watcher.describe());
  }

  async close(): Promise<void> {
    // What is being armed would go on without its engine.
    await this.last;
    await Promise.all([...this.armed.values()].map((watcher) => watcher.dispose()));
    this.armed.clear();
  }

  private async change(request: WatchRequest): Promise<WatchRow | null> {
    const { root } = this.rooms.places;
    // A file that is gone can still be disarmed.
    const absolute = request.off
      ? path.resolve(root, request.file)
      : insideWorkspace(this.rooms.places, root, request.file, 'Workflow');
    const file = path.relative(root, absolute).replaceAll(path.sep, '/');
    const former = this.armed.get(file);
    if (request.off) {
      const row = former?.describe() ?? null;
      this.armed.delete(file);
      await former?.dispose();
      return row;
    }
    const watcher = await Watcher.arm(this.rooms, this.runs, absolute, file, request);
    await former?.dispose();
    await watcher.start(former?.latest ?? null);
    this.armed.set(file, watcher);
    return watcher.describe();
  }
}
