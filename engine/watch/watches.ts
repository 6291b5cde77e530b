import path from 'node:path';
import type { EndedWatch, WatchRequest, WatchRow } from '../protocol';
import type { ActiveRuns } from '../runs/active-runs';
import type { EngineRooms } from '../runs/run-context';
import { insideWorkspace, type Places, realOf } from '../workspace/places';
import { ArmedFile } from './armed-file';
import { Watcher } from './watcher';

/** The workflows that are armed in this engine. Nothing arms itself: an engine begins with none. */
export class Watches {
  private readonly armed = new Map<string, Watcher>();
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly rooms: EngineRooms,
    private readonly runs: ActiveRuns,
    private readonly kept: ArmedFile,
  ) {}

  static async open(rooms: EngineRooms, runs: ActiveRuns): Promise<Watches> {
    return new Watches(rooms, runs, await ArmedFile.open(rooms.places));
  }

  /** Arms a workflow, anew where it was; or disarms it. One after the other. @returns it, or how it was; null: it was not. */
  set(request: WatchRequest): Promise<WatchRow | null> {
    const turn = this.last.then(() => this.change(request));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  rows(): WatchRow[] {
    return [...this.armed.values()].map((watcher) => watcher.describe());
  }

  /** What earlier engines watched to their end, and nobody has armed or disarmed since. */
  ended(): EndedWatch[] {
    return this.kept.ended();
  }

  async close(): Promise<void> {
    // What is being armed would go on without its engine.
    await this.last;
    await Promise.all([...this.armed.values()].map((watcher) => watcher.dispose()));
    this.armed.clear();
    await this.kept.close();
  }

  private async change(request: WatchRequest): Promise<WatchRow | null> {
    const { root } = this.rooms.places;
    if (request.off) return this.disarm(request.file);
    const absolute = insideWorkspace(this.rooms.places, root, request.file, 'Workflow');
    const file = nameOf(this.rooms.places, absolute);
    const former = this.armed.get(file);
    const watcher = await Watcher.arm(this.rooms, this.runs, absolute, file, request);
    const { workflow, since, parameters, runtime, jobs } = watcher.describe();
    await this.kept.put({ file, workflow, since, parameters, runtime, jobs });
    await former?.dispose();
    await watcher.start(former?.latest ?? null);
    this.armed.set(file, watcher);
    return watcher.describe();
  }

  private async disarm(written: string): Promise<WatchRow | null> {
    const { places } = this.rooms;
    const wanted = path.resolve(places.root, written);
    const folder = realOf(path.dirname(wanted)) ?? path.dirname(wanted);
    // A file that is gone, or has become a link, can still be disarmed.
    const names = [realOf(wanted), path.join(folder, path.basename(wanted))].flatMap((place) =>
      place === null ? [] : [nameOf(places, place)],
    );
    const file = names.find((name) => this.armed.has(name)) ?? names.find((name) => this.kept.has(name));
    if (file === undefined) return null;
    const watcher = this.armed.get(file);
    this.armed.delete(file);
    await watcher?.dispose();
    await this.kept.forget(file);
    return watcher?.describe() ?? null;
  }
}

const nameOf = ({ root }: Places, absolute: string): string => path.relative(root, absolute).replaceAll(path.sep, '/');
