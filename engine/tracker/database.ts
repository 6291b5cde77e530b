import fs from 'node:fs/promises';
import path from 'node:path';
import { realDisk, temporaryName } from '../store/disk';
import { diskFault } from '../store/faults';
import { type Journal, openJournal, readJournal } from '../store/journal';
import { type Change, fromRow, type PointRow } from './changes';
import { type Batch, type Block, readBlock, readIndex, writePoints } from './points';
import type { Point } from './records';
import { apply, emptyState, type State } from './state';
import { type Subject, subjectsOf, wholeOf } from './whole';

/**
 * The tracker's memory on disk. Each change is one record of a journal (`journal-<n>`) before anybody is told of it. When
 * that has grown it is closed, the next one begun, and checkpointed: its points go to `points/<n>`, and the things it
 * changed are written whole to `things`, which ends with a mark `{done: n}`; then it is deleted. So opening reads `things`
 * and one journal, an append costs the same however much there is, and at every moment a crash loses nothing.
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
  close(): Promise<void>;
}

/** A journal of this size is checkpointed: some 100 ms to read again, some 50,000 changes. */
const CHECKPOINT_AT = 8 << 20;
/** The file of things is written anew when it is this many times what it was after the last time. */
const COMPACT_AT = 2;
const COMPACT_LEAST = 4 << 20;
/** Things worked on before others get a turn. */
const PIECE = 500;

type Line = Change | { done: number };

interface Segment {
  number: number;
  journal: Journal<Change>;
  dirty: Set<Subject>;
  points: Batch;
}

export async function openDatabase(folder: string, options: { checkpointAt?: number } = {}): Promise<Database> {
  const state = emptyState();
  const things = await openThings(path.join(folder, 'things'), state);
  const blocks = await openBlocks(path.join(folder, 'points'), things.done);
  const segments = await openSegments(folder, things.done, state);
  return new FileDatabase(folder, options.checkpointAt ?? CHECKPOINT_AT, state, things, blocks, segments);
}

interface Things {
  journal: Journal<Line>;
  /** The last journal whose checkpoint is complete. */
  done: number;
  compactSize: number;
}

/** What follows the last mark belongs to a checkpoint that did not end: its journal is still there. */
async function openThings(file: string, state: State): Promise<Things> {
  const { journal, events } = await openJournal<Line>(file);
  const last = events.findLastIndex((line) => 'done' in line);
  let done = 0;
  for (const line of events.slice(0, last + 1)) {
    if ('done' in line) done = line.done;
    else apply(state, line);
  }
  return { journal, done, compactSize: journal.size };
}

async function openBlocks(folder: string, done: number): Promise<Map<string, Block[]>> {
  const blocks = new Map<string, Block[]>();
  await fs.mkdir(folder, { recursive: true });
  const numbers = (await fs.readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const number of numbers.filter((one) => one <= done).sort((a, b) => a - b)) {
    addBlocks(blocks, await readIndex(path.join(folder, String(number))));
  }
  return blocks;
}

function addBlocks(blocks: Map<string, Block[]>, found: [string, Block][]): void {
  for (const [run, block] of found) {
    const of = blocks.get(run);
    if (of) of.push(block);
    else blocks.set(run, [block]);
  }
}

/** Journals that are not checkpointed, read again; the last one is written on. */
async function openSegments(folder: string, done: number, state: State): Promise<Segment[]> {
  const numbers: number[] = [];
  for (const name of await fs.readdir(folder)) {
    const number = Number(/^journal-(\d+)$/.exec(name)?.[1] ?? Number.NaN);
    if (number <= done) await fs.rm(path.join(folder, name));
    else if (number > done) numbers.push(number);
  }
  if (numbers.length === 0) numbers.push(done + 1);
  const segments: Segment[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const { segment, changes } = await openSegment(folder, number);
    for (const change of changes) take(state, segment, change);
    segments.push(segment);
  }
  return segments;
}

async function openSegment(folder: string, number: number): Promise<{ segment: Segment; changes: Change[] }> {
  const { journal, events } = await openJournal<Change>(path.join(folder, `journal-${number}`));
  return { segment: { number, journal, dirty: new Set(), points: new Map() }, changes: events };
}

function take(state: State, segment: Segment, change: Change): void {
  apply(state, change);
  for (const subject of subjectsOf(change)) segment.dirty.add(subject);
  if (change.type !== 'run' || !change.metrics) return;
  let metrics = segment.points.get(change.id);
  if (!metrics) {
    metrics = new Map();
    segment.points.set(change.id, metrics);
  }
  for (const row of change.metrics) {
    const rows = metrics.get(row[0]);
    if (rows) rows.push(row);
    else metrics.set(row[0], [row]);
  }
}

class FileDatabase implements Database {
  readonly state: State;
  readonly #folder: string;
  readonly #checkpointAt: number;
  readonly #things: Things;
  readonly #blocks: Map<string, Block[]>;
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
    checkpointAt: number,
    state: State,
    things: Things,
    blocks: Map<string, Block[]>,
    segments: Segment[],
  ) {
    this.#folder = folder;
    this.#checkpointAt = checkpointAt;
    this.state = state;
    this.#things = things;
    this.#blocks = blocks;
    this.#segments = segments;
    if (segments.length > 1) this.#maintain();
  }

  async write(claims: readonly string[], prepare: () => Change | null): Promise<void> {
    while (true) {
      const taken = claims.map((claim) => this.#claims.get(claim)).find((other) => other !== undefined);
      const before = taken ?? this.#rotating;
      if (!before) break;
      await before;
    }
    const change = prepare();
    if (!change) return;
    let free = (): void => {};
    const claimed = new Promise<void>((resolve) => {
      free = resolve;
    });
    for (const claim of claims) this.#claims.set(claim, claimed);
    this.#underWay++;
    const segment = this.#segments.at(-1)!;
    try {
      await segment.journal.append(change);
      take(this.state, segment, change);
    } finally {
      for (const claim of claims) this.#claims.delete(claim);
      free();
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
      if (segment.journal.size > this.#checkpointAt) this.#maintain();
    }
  }

  async history(run: string, key: string): Promise<Point[]> {
    const rows = this.#segments.flatMap((segment) => segment.points.get(run)?.get(key) ?? []);
    const older = [...(this.#blocks.get(run) ?? [])];
    for (const block of older) rows.push(...(await readBlock(block, key)));
    return inOrder(rows);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#maintaining;
    for (const segment of this.#segments) await segment.journal.close();
    await this.#things.journal.close();
  }

  /** In the background. Where it fails (a full disk), all stays as it was, and the next write tries again. */
  #maintain(): void {
    if (this.#maintaining || this.#closed) return;
    this.#maintaining = this.#rotate()
      .then((checkpoint) => this.#checkpoint(checkpoint))
      .catch(() => {})
      .finally(() => {
        this.#maintaining = null;
      });
  }

  /** Begins the next journal between two writes, and takes down what the closed ones changed. */
  async #rotate(): Promise<{ closing: Segment[]; lines: Line[] }> {
    let go = (): void => {};
    this.#rotating = new Promise((resolve) => {
      go = resolve;
    });
    try {
      if (this.#underWay > 0) {
        await new Promise<void>((resolve) => {
          this.#whenIdle = resolve;
        });
        this.#whenIdle = null;
      }
      const closing = [...this.#segments];
      const { segment } = await openSegment(this.#folder, closing.at(-1)!.number + 1);
      const lines: Line[] = [];
      for (const subject of new Set(closing.flatMap((one) => [...one.dirty]))) {
        const whole = wholeOf(this.state, subject);
        if (whole) lines.push(whole);
        // The state must not change, but who only reads may go on.
        if (lines.length % PIECE === 0) await pause();
      }
      this.#segments.push(segment);
      return { closing, lines };
    } finally {
      this.#rotating = null;
      go();
    }
  }

  async #checkpoint({ closing, lines }: { closing: Segment[]; lines: Line[] }): Promise<void> {
    const last = closing.at(-1)!.number;
    const batch = merged(closing.map((segment) => segment.points));
    const found = batch.size > 0 ? await writePoints(path.join(this.#folder, 'points', String(last)), batch) : [];
    await appendAll(this.#things.journal, lines);
    await this.#things.journal.append({ done: last });
    this.#things.done = last;
    addBlocks(this.#blocks, found);
    this.#segments.splice(0, closing.length);
    for (const segment of closing) {
      await segment.journal.close();
      await fs.rm(path.join(this.#folder, `journal-${segment.number}`), { force: true });
    }
    const most = Math.max(COMPACT_LEAST, COMPACT_AT * this.#things.compactSize);
    if (this.#things.journal.size > most) await this.#compact();
  }

  /** Keeps of `things` the newest record of each. */
  async #compact(): Promise<void> {
    const file = path.join(this.#folder, 'things');
    const temporary = temporaryName(file);
    const newest = new Map<string, Line>();
    for (const line of (await readJournal<Line>(file)).events) {
      newest.set('done' in line ? 'done' : subjectsOf(line)[0]!, line);
    }
    newest.delete('done');
    const fresh = (await openJournal<Line>(temporary)).journal;
    try {
      await appendAll(fresh, [...newest.values()]);
      await fresh.append({ done: this.#things.done });
      await fs.rename(temporary, file);
      await realDisk.syncFolder(this.#folder);
    } catch (error) {
      await fresh.close();
      await fs.rm(temporary, { force: true });
      throw diskFault('writing', file, error);
    }
    // The renamed file stays open under its new name: nothing is read twice.
    await this.#things.journal.close();
    this.#things.journal = fresh;
    this.#things.compactSize = fresh.size;
  }
}

/** The last record is to be flushed by the caller. */
async function appendAll(journal: Journal<Line>, lines: Line[]): Promise<void> {
  for (let from = 0; from < lines.length; from += PIECE) {
    const piece = lines.slice(from, from + PIECE);
    await Promise.all(piece.map((line) => journal.append(line, { flush: false })));
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function merged(batches: Batch[]): Batch {
  if (batches.length === 1) return batches[0]!;
  const all: Batch = new Map();
  for (const batch of batches) {
    for (const [run, metrics] of batch) {
      const into = all.get(run) ?? new Map<string, PointRow[]>();
      all.set(run, into);
      for (const [key, rows] of metrics) into.set(key, [...(into.get(key) ?? []), ...rows]);
    }
  }
  return all;
}

/** A client that got no answer sends a point again: equal ones are one. */
function inOrder(rows: PointRow[]): Point[] {
  const points = rows.map(fromRow);
  points.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step || byValue(a.value, b.value));
  return points.filter((point, i) => i === 0 || !isSame(point, points[i - 1]!));
}

function byValue(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSame(a: Point, b: Point): boolean {
  return (
    a.timestamp === b.timestamp &&
    a.step === b.step &&
    Object.is(a.value, b.value) &&
    a.model === b.model &&
    a.dataset?.name === b.dataset?.name &&
    a.dataset?.digest === b.dataset?.digest
  );
}
