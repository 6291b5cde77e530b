import fs from 'node:fs/promises';
import path from 'node:path';
import { type Batch, type Column, pointsOf } from './columns';
import { type Block, copyBlocks, readBlock, readIndex, writePoints } from './points';
import type { Point } from './records';

/** The histories of metrics in checkpointed files: which run has points in which of them. */
export interface Histories {
  /** Makes a file of a journal's points. Again with the same number: it replaces what a crash left half done. */
  add(batch: Batch, number: number): Promise<void>;
  /** In the order they were written. */
  read(run: string, key: string): Promise<Point[]>;
  /** Takes the points of all other runs out of the files. */
  keepOnly(isKept: (run: string) => boolean): Promise<void>;
}

/** @param done The last journal whose checkpoint is complete: files of later ones do not count. */
export async function openHistories(folder: string, done: number): Promise<Histories> {
  const blocks = new Map<string, Block[]>();
  await fs.mkdir(folder, { recursive: true });
  for (const name of await fs.readdir(folder)) if (name.endsWith('.tmp')) await fs.rm(path.join(folder, name));
  const numbers = (await fs.readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const number of numbers.filter((one) => one <= done).sort((a, b) => a - b)) {
    remember(await readIndex(path.join(folder, String(number))));
  }

  let readers = 0;
  /** Files are being replaced: places in them are about to change. */
  let replacing: Promise<void> | null = null;
  let whenUnread: (() => void) | null = null;

  async function replace(isKept: (run: string) => boolean): Promise<void> {
    if (readers > 0) {
      await new Promise<void>((resolve) => {
        whenUnread = resolve;
      });
      whenUnread = null;
    }
    const gone = [...blocks].flatMap(([run, all]) => (isKept(run) ? [] : all));
    for (const file of new Set(gone.map((block) => block.file))) {
      const kept: [string, Block][] = [];
      for (const [run, all] of blocks) {
        for (const block of all) if (block.file === file && isKept(run)) kept.push([run, block]);
      }
      const moved = new Map(await copyBlocks(file, kept));
      for (const [run, all] of blocks) {
        const left = all.flatMap((block) => (block.file === file ? (moved.get(run) ?? []) : block));
        if (left.length > 0) blocks.set(run, left);
        else blocks.delete(run);
      }
    }
  }

  function remember(found: [string, Block][]): void {
    for (const [run, block] of found) {
      const others = blocks.get(run);
      if (others) others.push(block);
      else blocks.set(run, [block]);
    }
  }

  return {
    async add(batch, number) {
      if (batch.size > 0) remember(await writePoints(path.join(folder, String(number)), batch));
    },
    async read(run, key) {
      while (replacing) await replacing.catch(() => undefined);
      readers++;
      try {
        const columns: Column[] = [];
        for (const block of [...(blocks.get(run) ?? [])]) {
          const column = await readBlock(block, key);
          if (column) columns.push(column);
        }
        return columns.flatMap((column) => pointsOf(key, column));
      } finally {
        readers--;
        if (readers === 0) whenUnread?.();
      }
    },
    async keepOnly(isKept) {
      while (replacing) await replacing.catch(() => undefined);
      replacing = replace(isKept).finally(() => {
        replacing = null;
      });
      await replacing;
    },
  };
}

/** Points by time, step and value. A client that got no answer sends a point again: equal ones are one. */
export function inOrder(points: Point[]): Point[] {
  points.sort((a, b) => a.timestamp - b.timestamp || a.step - b.step || byValue(a.value, b.value) || bySubject(a, b));
  return points.filter((point, i) => i === 0 || !isSame(point, points[i - 1]!));
}

/** A total order, so that equal points come side by side: -0 before 0, NaN last. */
function byValue(a: number, b: number): number {
  if (a < b || a > b) return a < b ? -1 : 1;
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(b) ? -1 : 1;
  return Object.is(a, -0) ? -1 : 1;
}

function bySubject(a: Point, b: Point): number {
  const [one, other] = [subjectOf(a), subjectOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function subjectOf({ model, dataset }: Point): string {
  return model === undefined && !dataset ? '' : JSON.stringify([model, dataset?.name, dataset?.digest]);
}

function isSame(a: Point, b: Point): boolean {
  return (
    a.timestamp === b.timestamp && a.step === b.step && Object.is(a.value, b.value) && subjectOf(a) === subjectOf(b)
  );
}
