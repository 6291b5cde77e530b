import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { ScanflowError } from '../protocol/errors';
import { openDocument } from './documents';
import { writeDurably } from './durable';
import { faultyDisk } from './faulty-disk';

const PATH = '/store/tasks.json';

async function temporary(): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'durable-'));
  onTestFinished(() => fs.rm(folder, { recursive: true }));
  return folder;
}

test('the file and the generation before are there, and nothing else', async () => {
  const folder = await temporary();
  const file = path.join(folder, 'deep', 'settings.json');
  for (const text of ['one', 'two', 'three']) await writeDurably(file, text);
  expect(await fs.readFile(file, 'utf8')).toBe('three');
  expect(await fs.readFile(`${file}.previous`, 'utf8')).toBe('two');
  expect((await fs.readdir(path.dirname(file))).sort()).toEqual(['settings.json', 'settings.json.previous']);
});

test.skipIf(process.platform === 'win32')('a secret is readable by its owner alone', async () => {
  const file = path.join(await temporary(), 'secret');
  await writeDurably(file, 'x', { mode: 0o600 });
  expect((await fs.stat(file)).mode & 0o777).toBe(0o600);
});

test('writers at the same time leave one whole content', async () => {
  const file = path.join(await temporary(), 'f');
  const contents = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
  await writeDurably(file, contents[0]!);
  await Promise.all(contents.map((content) => writeDurably(file, content)));
  expect(contents).toContain(await fs.readFile(file, 'utf8'));
  expect(contents).toContain(await fs.readFile(`${file}.previous`, 'utf8'));
});

test.for(['ENOSPC', 'EIO'])('%s at any operation leaves the old content whole, and no rubbish', async (code) => {
  for (let k = 1; ; k++) {
    const disk = faultyDisk();
    await writeDurably(PATH, 'old', {}, disk);
    const start = disk.count;
    disk.failAt(k, code);
    const failed = await writeDurably(PATH, 'new', {}, disk).then(
      () => null,
      (error: unknown) => error as ScanflowError,
    );
    if (disk.count - start < k) return;
    disk.heal();
    const content = (await disk.read(PATH))?.toString();
    if (failed) {
      expect(failed.fault.code).toBe(code === 'ENOSPC' ? 'SF5003' : 'SF5004');
      expect(failed.message).toContain(PATH);
    }
    expect(failed ? ['old', 'new'] : ['new']).toContain(content);
    expect(disk.files().filter((file) => file.endsWith('.tmp'))).toEqual([]);
  }
});

test('a power cut at any operation leaves the old content or the new', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(12), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), async (k, choices) => {
      const disk = faultyDisk();
      await writeDurably(PATH, 'old and long enough to be torn', {}, disk);
      disk.failAt(k + 1, 'EIO', true);
      await writeDurably(PATH, 'new', {}, disk).catch(() => {});
      disk.cutPower(() => choices.next().value);
      expect(['old and long enough to be torn', 'new']).toContain((await disk.read(PATH))?.toString());
    }),
  );
});

interface Tasks {
  tasks: { id: string; open: boolean }[];
}

test('a document keeps its changes, one after the other, in one object', async () => {
  const file = path.join(await temporary(), 'tasks.json');
  const document = await openDocument<Tasks>(file, { tasks: [] });
  const { data } = document;
  await Promise.all(
    Array.from({ length: 20 }, (_, i) => document.update((draft) => void draft.tasks.push({ id: `${i}`, open: true }))),
  );
  expect(data.tasks.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  const again = await openDocument<Tasks>(file, { tasks: [] });
  expect(again).toMatchObject({ data, recovered: false });
});

test('a change that throws, or can’t be written, changes nothing', async () => {
  const disk = faultyDisk();
  const document = await openDocument<Tasks>(PATH, { tasks: [] }, disk);
  await document.update(({ tasks }) => void tasks.push({ id: 'a', open: true }));
  const failing = document.update(({ tasks }) => {
    tasks.length = 0;
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  disk.failAt(1, 'ENOSPC', true);
  await expect(document.update(({ tasks }) => void tasks.pop())).rejects.toThrow('disk is full');
  disk.heal();
  expect(document.data.tasks).toHaveLength(1);
  await document.update(({ tasks }) => void tasks.push({ id: 'b', open: true }));
  expect((await openDocument<Tasks>(PATH, { tasks: [] }, disk)).data.tasks.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('any damage to the newest generation is noticed, and the one before is used', async () => {
  const disk = faultyDisk();
  const document = await openDocument<Tasks>(PATH, { tasks: [] }, disk);
  await document.update(({ tasks }) => void tasks.push({ id: 'first', open: true }));
  await document.update(({ tasks }) => void tasks.push({ id: 'second', open: true }));
  const [newest, before] = [(await disk.read(PATH))!, (await disk.read(`${PATH}.previous`))!];
  for (let byte = 0; byte < newest.length; byte++) {
    const damaged = Buffer.from(newest);
    damaged[byte]! ^= 0x04;
    for (const bad of [damaged, newest.subarray(0, byte)]) {
      disk.set(PATH, bad);
      disk.set(`${PATH}.previous`, before);
      const opened = await openDocument<Tasks>(PATH, { tasks: [] }, disk).catch(
        (error: unknown) => error as ScanflowError,
      );
      if (opened instanceof Error) expect(opened.fault.code).toBe('SF5002');
      // White space and the like does not count.
      else if (!opened.recovered) expect(opened.data).toEqual(document.data);
      else expect(opened.data.tasks.map(({ id }) => id)).toEqual(['first']);
    }
  }
});

test('two damaged generations are a fault, and both are left as they are', async () => {
  const disk = faultyDisk();
  disk.set(PATH, Buffer.from('{'));
  disk.set(`${PATH}.previous`, Buffer.from('null'));
  await expect(openDocument(PATH, {}, disk)).rejects.toMatchObject({ fault: { code: 'SF5007' } });
  expect((await disk.read(PATH))?.toString()).toBe('{');
});

test('a document of a later version is refused untouched', async () => {
  const disk = faultyDisk();
  disk.set(PATH, Buffer.from('{"format":2,"checksum":"","data":{}}'));
  await expect(openDocument(PATH, {}, disk)).rejects.toMatchObject({ fault: { code: 'SF5002' } });
});
