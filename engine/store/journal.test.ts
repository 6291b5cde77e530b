import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ScanflowError } from '../protocol/errors';
import { faultyDisk } from './faulty-disk';
import { openJournal, readJournal } from './journal';

interface Event {
  n: number;
  text: string;
}

const PATH = '/store/run.journal';
const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 12 });

async function temporary(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'journal-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  return folder;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ScanflowError ? error.fault.code : String(error);
}

/** A journal on a faulty disk with these events in it, each flushed by itself. */
async function written(events: string[]) {
  const disk = faultyDisk();
  const { journal } = await openJournal<Event>(PATH, disk);
  for (const [n, text] of events.entries()) await journal.append({ n, text });
  await journal.close();
  return { disk, data: (await disk.read(PATH))! };
}

describe('a journal', () => {
  test('gives back what was appended, in order, on a real disk', async () => {
    const file = path.join(await temporary(), 'a', 'run.journal');
    const { journal } = await openJournal<{ n: number }>(file);
    const sequences = await Promise.all([1, 2, 3].map((n) => journal.append({ n }, { flush: n !== 2 })));
    expect(sequences).toEqual([1, 2, 3]);
    await journal.close();
    expect(await readJournal(file)).toEqual({ events: [{ n: 1 }, { n: 2 }, { n: 3 }], cutBytes: 0 });
    const again = await openJournal<{ n: number }>(file);
    expect(await again.journal.append({ n: 4 })).toBe(4);
    await again.journal.close();
    expect(await codeOf(again.journal.append({ n: 5 }))).toBe('SF5006');
  });

  test('keeps the event as it was when it was appended', async () => {
    const file = path.join(await temporary(), 'run.journal');
    const { journal } = await openJournal<{ list: number[] }>(file);
    const event = { list: [1] };
    const done = journal.append(event);
    event.list.push(2);
    await done;
    await journal.close();
    expect((await readJournal(file)).events).toEqual([{ list: [1] }]);
  });

  test('shares one flush among concurrent appends', async () => {
    const disk = faultyDisk();
    const { journal } = await openJournal<Event>(PATH, disk);
    const before = disk.count;
    await Promise.all(Array.from({ length: 1000 }, (_, n) => journal.append({ n, text: '' })));
    expect(disk.count - before).toBeLessThan(10);
    await journal.close();
  });

  test('of nobody has no events', async () => {
    expect(await readJournal(path.join(await temporary(), 'none'))).toEqual({ events: [], cutBytes: 0 });
  });
});

describe('a torn tail', () => {
  test('is cut at every byte of the file without an exception, and the rest goes on', async () => {
    const { data } = await written(['a', 'ä€😀', '', 'a longer one with\nbreaks']);
    for (let size = 0; size <= data.length; size++) {
      const disk = faultyDisk();
      disk.set(PATH, data.subarray(0, size));
      const { journal, events, cutBytes } = await openJournal<Event>(PATH, disk);
      expect(events.map(({ n }) => n)).toEqual(events.map((_, i) => i));
      expect(await journal.append({ n: 99, text: 'new' })).toBe(events.length + 1);
      await journal.close();
      const again = await readJournal<Event>(PATH, disk);
      expect(again.events).toEqual([...events, { n: 99, text: 'new' }]);
      expect(again.cutBytes).toBe(0);
      if (cutBytes > 0) expect(disk.files().some((file) => file.startsWith(`${PATH}.torn-`))).toBe(true);
    }
  });

  test('of zeros or of anything else is kept aside, byte for byte', async () => {
    const { data } = await written(['a', 'b']);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (rubbish) => {
        const disk = faultyDisk();
        disk.set(PATH, Buffer.concat([data, rubbish]));
        const { journal, events, cutBytes } = await openJournal<Event>(PATH, disk);
        await journal.close();
        expect(events).toHaveLength(2);
        expect(cutBytes).toBe(rubbish.length);
        const aside = disk.files().find((file) => file.startsWith(`${PATH}.torn-`))!;
        expect(new Uint8Array((await disk.read(aside))!)).toEqual(rubbish);
      }),
    );
  });

  test('is not touched by who only reads', async () => {
    const { disk, data } = await written(['a', 'b']);
    const torn = data.subarray(0, data.length - 3);
    disk.set(PATH, torn);
    expect((await readJournal<Event>(PATH, disk)).events).toHaveLength(1);
    expect(await disk.read(PATH)).toEqual(torn);
  });
});

describe('damage', () => {
  test('of any bit is a fault before the last record, a cut in it, and never a wrong event', async () => {
    const { data } = await written(['one', 'two', 'three']);
    const lastRecord = data.lastIndexOf(0x0a, data.length - 2) + 1;
    for (let bit = 0; bit < data.length * 8; bit++) {
      const bad = Buffer.from(data);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      const disk = faultyDisk();
      disk.set(PATH, bad);
      const opened = await openJournal<Event>(PATH, disk).catch((error: unknown) => error);
      if (bit >> 3 >= lastRecord) {
        expect(opened).toMatchObject({ events: [{ text: 'one' }, { text: 'two' }] });
      } else {
        expect(opened).toBeInstanceOf(ScanflowError);
        expect((opened as ScanflowError).fault.code).toMatch(/SF500[12]/);
        expect((opened as ScanflowError).message).toContain(PATH);
        expect(await disk.read(PATH)).toEqual(bad);
      }
    }
  });

  test('in the middle is a fault for who reads, too', async () => {
    const { disk, data } = await written(['one', 'two', 'three']);
    const bad = Buffer.from(data);
    bad[data.indexOf('two')]! ^= 1;
    disk.set(PATH, bad);
    expect(await codeOf(readJournal(PATH, disk))).toBe('SF5001');
  });

  test('of a whole record that is gone is a fault', async () => {
    const { disk, data } = await written(['one', 'two', 'three', 'four']);
    const lines = data.toString().split('\n');
    lines.splice(2, 1);
    disk.set(PATH, Buffer.from(lines.join('\n')));
    expect(await codeOf(openJournal(PATH, disk))).toBe('SF5001');
  });

  test('is not what a file of a later version is called', async () => {
    const disk = faultyDisk();
    for (const text of ['scanflow journal 2\n...', 'something else altogether, of some length']) {
      disk.set(PATH, Buffer.from(text));
      expect(await codeOf(openJournal(PATH, disk))).toBe('SF5002');
      expect((await disk.read(PATH))?.toString()).toBe(text);
    }
  });
});

describe('a disk that fails', () => {
  test.for(['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'])(
    'at any operation with %s loses nothing acknowledged',
    async (code) => {
      for (let k = 1; ; k++) {
        const disk = faultyDisk();
        const acknowledged: Event[] = [];
        const { journal } = await openJournal<Event>(PATH, disk);
        disk.failAt(k, code);
        const start = disk.count;
        for (let n = 0; n < 6; n++) {
          const event = { n, text: `event ${n}` };
          const failed = await journal.append(event, { flush: n % 3 !== 1 }).then(
            () => null,
            (reason: unknown) => reason as ScanflowError,
          );
          if (!failed) acknowledged.push(event);
          else
            expect([failed.fault.code, failed.message]).toEqual([
              code === 'ENOSPC' ? 'SF5003' : 'SF5004',
              expect.stringContaining(PATH),
            ]);
          // Readers see a valid journal at every moment, and all that was acknowledged.
          if (!failed)
            expect((await readJournal<Event>(PATH, disk).catch(() => null))?.events ?? acknowledged).toEqual(
              acknowledged,
            );
        }
        const reached = disk.count - start >= k;
        disk.heal();
        await journal.close();
        const { events, cutBytes } = await readJournal<Event>(PATH, disk);
        expect({ events, cutBytes }).toEqual({ events: acknowledged, cutBytes: 0 });
        if (!reached) return;
      }
    },
  );

  test('for a while refuses, and goes on when it is well again', async () => {
    const disk = faultyDisk();
    const { journal } = await openJournal<Event>(PATH, disk);
    await journal.append({ n: 1, text: 'before' });
    disk.failAt(1, 'ENOSPC', true);
    for (let i = 0; i < 3; i++) expect(await codeOf(journal.append({ n: 2, text: 'during' }))).toBe('SF5003');
    disk.heal();
    expect(await journal.append({ n: 3, text: 'after' })).toBe(2);
    await journal.close();
    expect((await readJournal<Event>(PATH, disk)).events.map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('while it is opened says so, and opens at the next try', async () => {
    for (let k = 1; ; k++) {
      const { disk, data } = await written(['a', 'b']);
      disk.set(PATH, data.subarray(0, data.length - 2));
      const start = disk.count;
      disk.failAt(k, 'EIO');
      const opened = await openJournal<Event>(PATH, disk).catch((error: unknown) => error);
      if (disk.count - start < k) return;
      expect((opened as ScanflowError).fault.code).toBe('SF5004');
      disk.heal();
      const { journal, events } = await openJournal<Event>(PATH, disk);
      await journal.close();
      expect(events).toHaveLength(1);
    }
  });

  test('of an engine that was killed outlives a power cut that keeps only what the next one wrote', async () => {
    const { disk } = await written(['flushed']);
    const killed = await openJournal<Event>(PATH, disk);
    await killed.journal.append({ n: 1, text: 'not flushed' }, { flush: false });
    const next = await openJournal<Event>(PATH, disk);
    await next.journal.append({ n: 2, text: 'of the next' }, { flush: false });
    let pending = 0;
    disk.cutPower(() => (pending++ === 0 ? 0 : 1));
    const again = await openJournal<Event>(PATH, disk);
    expect(again.events.map(({ text }) => text)).toEqual(['flushed', 'not flushed']);
    await again.journal.close();
  });

  test('that lost power keeps every flushed event, in any order that the rest was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        texts,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (events, choices) => {
          const disk = faultyDisk();
          const { journal } = await openJournal<Event>(PATH, disk);
          let safe = 0;
          const waiting: Promise<unknown>[] = [];
          for (const [n, text] of events.entries()) {
            const flush = n % 4 === 2;
            const done = journal.append({ n, text }, { flush });
            if (flush) {
              await done;
              safe = n + 1;
            } else {
              waiting.push(done);
            }
          }
          // The last ones are under way when the power goes.
          await Promise.resolve();
          disk.cutPower(() => choices.next().value);
          const again = await openJournal<Event>(PATH, disk);
          expect(again.events.length).toBeGreaterThanOrEqual(safe);
          expect(again.events).toEqual(events.slice(0, again.events.length).map((text, n) => ({ n, text })));
          await again.journal.close();
          await Promise.allSettled(waiting);
        },
      ),
    );
  });
});

test('a journal whose file is deleted says so', async () => {
  const file = path.join(await temporary(), 'run.journal');
  const { journal } = await openJournal<Event>(file);
  await journal.append({ n: 1, text: '' });
  await fs.rm(file);
  expect(await codeOf(journal.append({ n: 2, text: '' }))).toBe('SF5005');
  await journal.close();
});

test('a long journal is read without holding up other work', async () => {
  const disk = faultyDisk();
  const { journal } = await openJournal<Event>(PATH, disk);
  await Promise.all(Array.from({ length: 20_000 }, (_, n) => journal.append({ n, text: 'x' })));
  await journal.close();
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  expect((await readJournal<Event>(PATH, disk)).events).toHaveLength(20_000);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});
