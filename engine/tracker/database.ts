import fs from 'node:fs/promises';
import path from 'node:path';
import { diskFault } from '../store/faults';
import { type Journal, openJournal } from '../store/journal';
import type { Change } from './changes';
import { addBatch, addRows, type Batch, pointsOf } from './columns';
import { type Histories, inOrder, openHistories } from './histories';
import type { Point } from './records';
import { apply, emptyState, type State } from './state';
import { openThings, type Things } from './things';
import { type Subject, subjectsOf, wholeOf } from './whole';

/**
 * The tracker's memory on disk. Each change is one record of a journal (`journal-<n>`) before anybody is told of it. When
 * that has grown it is closed, the next one begun, and checkpointed: its points go to `points/<n>`, and the things it
 * changed are written whole to `things`, with a mark; then it is deleted. So opening reads `things` and one journal, an
 * append costs the same however much there is, and at every moment a crash loses nothing.
 */
export interface Database {
  /** What has reached the disk. Read it; only `write` changes it. */
  readonly state: State;
  /**
   * Makes one change.
   *
   * @param claims Names that `prepare` decides about (`param:<run>:<key>`): two writes with the same one run one by one.
   * @param prepare Looks at the state and gives the change, or null for none; may throw.
   */
  write(claims: readonly string[], prepare: () => Change | null): Promise<void>;
  /** All points of a metric by time, step and value, each once. */
  history(run: string, key: string): Promise<Point[]>;
  /** Takes the points of runs that are gone out of the files. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** A journal of this size is checkpointed: some 100 ms to read again, some 50,000 changes. */
const CHECKPOINT_AT = 8 << 20;
/** A journal grows to that many times the size while the one before is being checkpointed. */
const MOST_BEHIND = 4;
/** Things worked on before others get a turn. */
const PIECE = 500;

/** A journal that is not checkpointed, and what it changed. */
interface Segment {
  number: number;
  journal: Journal<Change>;
  dirty: Set<Subject>;
  points: Batch;
}

export interface DatabaseOptions {
  checkpointAt?: number;
  /** Hears of checkpoints that failed. */
  onError?(error: unknown): void;
  /** Hears of each change when it is on the disk and in the state. */
  onChange?(change: Change): void;
}

/** @throws SF5001 to SF5004, SF5030. */
export async function openDatabase(folder: string, options: DatabaseOptions = {}): Promise<Database> {
  const state = emptyState();
  const things = await openThings(path.join(folder, 'things'), state);
  const histories = await openHistories(path.join(folder, 'points'), things.done);
  const segments = await openSegments(folder, things.done, state);
  const { checkpointAt = CHECKPOINT_AT, onError = () => {}, onChange = () => {} } = options;
  return new FileDatabase(folder, { checkpointAt, onError, onChange }, state, things, histories, segments);
}

/** Journals that are not checkpointed, read again; the last one is written on. */
async function openSegments(folder: string, done: number, state: State): Promise<Segment[]> {
  const numbers: number[] = [];
  for (const name of await fs.readdir(folder)) {
    const number = Number(/^journal-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (number <= done || name.endsWith('.tmp')) await fs.rm(path.join(folder, name));
    else if (number > done) numbers.push(number);
  }
  if (numbers.length === 0) numbers.push(done + 1);
  const segments: Segment[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const { segment, changes } = await openSegment(folder, number);
    segments.push(segment);
    for (const change of changes) take(state, segments, change);
  }
  return segments;
}

async function openSegment(folder: string, number: number): Promise<{ segment: Segment; changes: Change[] }> {
  const { journal, events } = await openJournal<Change>(path.join(folder, `journal-${number}`));
  return { segment: { number, journal, dirty: new Set(), points: new Map() }, changes: events };
}

/** A change that the newest segment's journal has. */
function take(state: State, segments: readonly Segment[], change: Change): void {
  const segment = segments.at(-1)!;
  apply(state, change);
  if (change.type === 'run' && change.removed) for (const { points } of segments) points.delete(change.id);
  for (const subject of subjectsOf(change)) segment.dirty.add(subject);
  if (change.type === 'run' && change.metrics) addRows(segment.points, change.id, change.metrics);
}

class FileDatabase implements Database {
  readonly state: State;
  readonly #folder: string;
  readonly #options: Required<DatabaseOptions>;
  readonly #things: Things;
  readonly #histories: Histories;
  /** Oldest first; the last one takes the writes, the others wait for their checkpoint. */
  readonly #segments: Segment[];
  readonly #claims = new Map<string, Promise<void>>();
  #underWay = 0;
  #whenIdle: (() => void) | null = null;
  /** Writes wait for it: no longer than it takes to begin a file. */
  #rotating: Promise<void> | null = null;
  #maintaining: Promise<void> | null = null;
  #closed = false;

  constructor(
    folder: string,
    options: Required<DatabaseOptions>,
    state: State,
    things: Things,
    histories: Histories,
    segments: Segment[],
  ) {
    this.#folder = folder;
    this.#options = options;
    this.state = state;
    this.#things = things;
    this.#histories = histories;
    this.#segments = segments;
    if (segments.length > 1) this.#maintain();
  }

  async write(claims: readonly string[], prepare: () => Change | null): Promise<void> {
    while (true) {
      const taken = claims.map((claim) => this.#claims.get(claim)).find((other) => other !== undefined);
      const before = taken ?? this.#rotating ?? this.#behind();
      if (!before) break;
      await before;
    }
    const change = prepare();
    if (!change) return;
    const { promise: claimed, resolve: free } = Promise.withResolvers<void>();
    for (const claim of claims) this.#claims.set(claim, claimed);
    this.#underWay++;
    const segment = this.#segments.at(-1)!;
    try {
      await segment.journal.append(change);
      take(this.state, this.#segments, change);
      this.#options.onChange(change);
    } finally {
      for (const claim of claims) this.#claims.delete(claim);
      free();
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
      if (segment.journal.size > this.#options.checkpointAt) this.#maintain();
    }
  }

  async history(run: string, key: string): Promise<Point[]> {
    // Both at the same moment: a checkpoint moves rows from the one to the other.
    const recent = this.#segments.flatMap(({ points }) => {
      const column = points.get(run)?.get(key);
      return column ? pointsOf(key, column) : [];
    });
    const older = this.#histories.read(run, key);
    return inOrder([...(await older), ...recent]);
  }

  sweep(): Promise<void> {
    return this.#histories.keepOnly((run) => this.state.runs.has(run));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#maintaining;
    for (const segment of this.#segments) await segment.journal.close();
    await this.#things.close();
  }

  /** Writes that come faster than checkpoints end must wait for them: memory and the next opening stay small. */
  #behind(): Promise<void> | null {
    return this.#segments.at(-1)!.journal.size > MOST_BEHIND * this.#options.checkpointAt ? this.#maintaining : null;
  }

  /** In the background. Where it fails (a full disk), all stays as it was, and the next write tries again. */
  #maintain(): void {
    if (this.#maintaining || this.#closed) return;
    this.#maintaining = this.#rotate()
      .then((checkpoint) => this.#checkpoint(checkpoint))
      .catch((error: unknown) => this.#options.onError(error))
      .finally(() => {
        this.#maintaining = null;
      });
  }

  /** Begins the next journal between two writes, and takes down what the closed ones changed. */
  async #rotate(): Promise<{ closing: Segment[]; changed: Change[] }> {
    const { promise, resolve: go } = Promise.withResolvers<void>();
    this.#rotating = promise;
    try {
      if (this.#underWay > 0) {
        await new Promise<void>((resolve) => {
          this.#whenIdle = resolve;
        });
        this.#whenIdle = null;
      }
      const closing = [...this.#segments];
      const { segment } = await openSegment(this.#folder, closing.at(-1)!.number + 1);
      const changed: Change[] = [];
      for (const subject of new Set(closing.flatMap((one) => [...one.dirty]))) {
        const whole = wholeOf(this.state, subject);
        if (whole) changed.push(whole);
        // The state must not change, but who only reads may go on.
        if (changed.length % PIECE === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      this.#segments.push(segment);
      return { closing, changed };
    } finally {
      this.#rotating = null;
      go();
    }
  }

  async #checkpoint({ closing, changed }: { closing: Segment[]; changed: Change[] }): Promise<void> {
    const last = closing.at(-1)!.number;
    const batch = merged(closing);
    await this.#histories.add(batch, last);
    await this.#things.add(changed, last);
    this.#segments.splice(0, closing.length);
    for (const segment of closing) {
      const file = path.join(this.#folder, `journal-${segment.number}`);
      await segment.journal.close();
      await fs.rm(file, { force: true }).catch((error: unknown) => {
        throw diskFault('removing', file, error);
      });
    }
  }
}

function merged(segments: readonly Segment[]): Batch {
  if (segments.length === 1) return segments[0]!.points;
  const all: Batch = new Map();
  for (const { points } of segments) addBatch(all, points);
  return all;
}
