import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ScanflowError } from '../protocol/errors';
import { staysInside } from './artifact-folder';
import { type ArtifactStore, digestOf, openArtifacts } from './artifacts';

interface Place {
  folder: string;
  store: ArtifactStore;
}

async function place(): Promise<Place> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'artifacts-'));
  onTestFinished(async () => {
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    await fs.rm(folder, { recursive: true });
  });
  return { folder, store: openArtifacts(path.join(folder, 'store')) };
}

async function tree(root: string, files: Record<string, string>): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await fs.writeFile(path.join(root, name), content);
  }
  return root;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason as ScanflowError,
  );
  return error?.fault?.code ?? String(error);
}

/** What is in the store that is neither kept nor remembered. */
async function rubbish(folder: string): Promise<string[]> {
  return fs.readdir(path.join(folder, 'store', 'temporary')).catch(() => []);
}

test('a file is named by its SHA-256, kept once, and read-only', async () => {
  const { folder, store } = await place();
  const file = path.join(folder, 'a.bin');
  await fs.writeFile(file, 'hello');
  const expected = { digest: createHash('sha256').update('hello').digest('hex'), kind: 'file', bytes: 5 };
  expect(await store.put(file)).toEqual(expected);
  expect(await store.putBytes('hello')).toEqual(expected);
  expect(await store.putStream(chunks(['he', 'llo']))).toEqual(expected);
  expect(await store.hash(file)).toEqual(expected);
  expect(digestOf('hello')).toBe(expected.digest);
  expect(await store.has(expected.digest)).toBe(true);
  expect(await store.has('0'.repeat(64))).toBe(false);
  const kept = store.pathOf(expected.digest);
  expect(path.isAbsolute(kept)).toBe(true);
  expect(await fs.readFile(kept, 'utf8')).toBe('hello');
  expect((await fs.stat(kept)).mode & 0o222).toBe(0);
  expect(await list(store)).toEqual([expected.digest]);
  expect(await fs.readFile(file, 'utf8')).toBe('hello');
});

async function* chunks(texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function list(store: ArtifactStore): Promise<string[]> {
  const digests: string[] = [];
  for await (const digest of store.list()) digests.push(digest);
  return digests.sort();
}

const names = fc
  .stringMatching(/^[a-zA-Z0-9._ äß-]{1,8}$/)
  .filter((name) => !/^\.{1,2}$/.test(name) && !name.endsWith(' '));
const trees = fc
  .dictionary(
    fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    fc.string(),
    { maxKeys: 8 },
  )
  .filter((files) => {
    const paths = Object.keys(files);
    const clash = (a: string, b: string) => b.toLowerCase() === a.toLowerCase() || b.startsWith(`${a}/`);
    return paths.every((a, i) => paths.every((b, j) => i === j || !clash(a, b)));
  });

test('a folder’s name depends on what is in it, and on nothing else', async () => {
  const { folder, store } = await place();
  let number = 0;
  await fc.assert(
    fc.asyncProperty(trees, trees, async (one, other) => {
      const a = await tree(path.join(folder, `${number++}`, 'x'), one);
      const b = await tree(path.join(folder, `${number++}`, 'y'), Object.fromEntries(Object.entries(one).reverse()));
      const c = await tree(path.join(folder, `${number++}`, 'z'), other);
      for (const made of [a, b, c]) await fs.mkdir(made, { recursive: true });
      const [first, second, third] = [await store.hash(a), await store.put(b), await store.put(c, { move: true })];
      expect(second).toEqual(first);
      const same = JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
      expect(third.digest === first.digest).toBe(same);
      for (const [name, content] of Object.entries(other)) {
        expect(await fs.readFile(path.join(store.pathOf(third.digest), name), 'utf8')).toBe(content);
      }
      expect(await store.hash(store.pathOf(third.digest))).toEqual(third);
      await expect(fs.lstat(c)).rejects.toThrow('ENOENT');
    }),
    { numRuns: 30 },
  );
  expect(await rubbish(folder)).toEqual([]);
});

test('an empty folder in it, a program’s right to run and a link are part of a folder', async () => {
  const { folder, store } = await place();
  const make = (name: string): Promise<string> => tree(path.join(folder, name), { 'a.txt': 'a', 'bin/run': 'x' });
  const plain = await make('plain');
  const withEmpty = await make('empty');
  await fs.mkdir(path.join(withEmpty, 'nothing'));
  const withProgram = await make('program');
  await fs.chmod(path.join(withProgram, 'bin/run'), 0o755);
  const withLink = await make('link');
  await fs.symlink('../a.txt', path.join(withLink, 'bin/a'));
  const made = await Promise.all([plain, withEmpty, withProgram, withLink].map((one) => store.put(one)));
  expect(new Set(made.map(({ digest }) => digest)).size).toBe(4);
  expect((await fs.stat(path.join(store.pathOf(made[2]!.digest), 'bin/run'))).mode & 0o777).toBe(0o555);
  expect(await fs.readFile(path.join(store.pathOf(made[3]!.digest), 'bin/a'), 'utf8')).toBe('a');
});

test('no file can be taken for a folder', async () => {
  const { folder, store } = await place();
  const { digest } = await store.put(await tree(path.join(folder, 'f'), { a: '1' }));
  const line = JSON.stringify(['file', 'a', digestOf('1')]);
  expect(digestOf(`scanflow folder 1\n${line}\n`)).not.toBe(digest);
});

test('many at once with the same content make one', async () => {
  const { folder, store } = await place();
  const again = openArtifacts(path.join(folder, 'store'));
  const sources = await Promise.all(
    Array.from({ length: 30 }, (_, i) => tree(path.join(folder, `s${i}`), { 'x/y': 'same', z: 'z'.repeat(100_000) })),
  );
  const made = await Promise.all(
    sources.map((source, i) => (i % 2 ? store : again).put(source, { move: i % 3 === 0 })),
  );
  expect(new Set(made.map(({ digest }) => digest)).size).toBe(1);
  const files = await Promise.all(sources.map((_, i) => store.putBytes(`${i % 3}`)));
  expect(new Set(files.map(({ digest }) => digest)).size).toBe(3);
  expect(await list(store)).toHaveLength(4);
  expect(await rubbish(folder)).toEqual([]);
});

test('what was moved in is read-only, even where it had a second name', async () => {
  const { folder, store } = await place();
  const source = await tree(path.join(folder, 'out'), { 'model.pkl': 'weights' });
  const elsewhere = path.join(folder, 'elsewhere');
  await fs.link(path.join(source, 'model.pkl'), elsewhere);
  const { digest } = await store.put(source, { move: true });
  await fs.writeFile(elsewhere, 'changed');
  expect(await fs.readFile(path.join(store.pathOf(digest), 'model.pkl'), 'utf8')).toBe('weights');
});

const linkCases: [string, string, boolean][] = [
  ['l', 'a.txt', true],
  ['l', './sub/b', true],
  ['sub/l', '../a.txt', true],
  ['sub/l', '..', true],
  ['l', '.', true],
  ['l', 'absent', true],
  ['l', '..', false],
  ['l', '../x', false],
  ['sub/l', '../../x', false],
  ['l', '/etc/passwd', false],
  ['l', 'sub/../a.txt', false],
  ['l', 'd/d/../../..', false],
  ['l', 'C:\\Windows', false],
  ['l', '..\\x', false],
  ['l', '', false],
];

test.for(linkCases)('a link %s to %s stays inside: %s', ([link, target, inside]) => {
  expect(staysInside(link, target)).toBe(inside);
});

test('an escaping link, a device, a pipe and a socket are refused; what was given is put back', async () => {
  const { folder, store } = await place();
  const make = (name: string): Promise<string> => tree(path.join(folder, name), { 'sub/a': '1' });
  const escaping = await make('escaping');
  await fs.symlink('../../../secret', path.join(escaping, 'sub/l'));
  const pipe = await make('pipe');
  execFileSync('mkfifo', [path.join(pipe, 'p')]);
  const socket = await make('socket');
  const server = net.createServer().listen(path.join(socket, 's'));
  onTestFinished(() => void server.close());
  for (const [source, code] of [
    [escaping, 'SF5011'],
    [pipe, 'SF5012'],
    [socket, 'SF5012'],
    ['/dev/zero', 'SF5012'],
    [path.join(folder, 'absent'), 'SF5010'],
  ] as const) {
    expect(await codeOf(store.hash(source))).toBe(code);
    expect(await codeOf(store.put(source))).toBe(code);
    if (!source.startsWith(folder) || code === 'SF5010') continue;
    expect(await codeOf(store.put(source, { move: true }))).toBe(code);
    expect(await fs.readFile(path.join(source, 'sub/a'), 'utf8')).toBe('1');
  }
  await fs.symlink('/etc/passwd', path.join(folder, 'link'));
  expect(await codeOf(store.put(path.join(folder, 'link')))).toBe('SF5011');
  expect(await codeOf(store.hash(path.join(folder, 'link')))).toBe('SF5011');
  expect(await list(store)).toEqual([]);
  expect(await rubbish(folder)).toEqual([]);
});

test.for(['moved', 'copied from another disk'])('what was to be %s and got no name is put back', async (how) => {
  const { folder, store } = await place();
  const file = path.join(folder, 'model');
  await fs.writeFile(file, 'weights');
  const whole = await tree(path.join(folder, 'out'), { 'sub/a': '1' });
  const { rename } = fs;
  const spy = vi.spyOn(fs, 'rename').mockImplementation((from, to) => {
    const apart = how !== 'moved' && (from === file || from === whole);
    return apart ? Promise.reject(Object.assign(new Error('apart'), { code: 'EXDEV' })) : rename(from, to);
  });
  onTestFinished(() => spy.mockRestore());
  for (const [source, content] of [
    [file, file],
    [whole, path.join(whole, 'sub/a')],
  ] as const) {
    const { digest } = await store.hash(source);
    const shard = path.dirname(store.pathOf(digest));
    await fs.mkdir(path.dirname(shard), { recursive: true });
    await fs.writeFile(shard, 'in the way');
    const before = await fs.readFile(content, 'utf8');
    expect(await codeOf(store.put(source, { move: true }))).toBe('SF5004');
    expect(await fs.readFile(content, 'utf8')).toBe(before);
    await fs.rm(shard);
    expect((await store.put(source, { move: true })).digest).toBe(digest);
    await expect(fs.lstat(source)).rejects.toThrow('ENOENT');
  }
  expect(await rubbish(folder)).toEqual([]);
});

test('a store whose folder could not be made tries again', async () => {
  const { folder, store } = await place();
  await fs.writeFile(path.join(folder, 'store'), 'in the way');
  expect(await codeOf(store.putBytes('x'))).toBe('SF5004');
  await fs.rm(path.join(folder, 'store'));
  expect((await store.putBytes('x')).bytes).toBe(1);
});

test('what is no digest has no path', async () => {
  const { store } = await place();
  for (const digest of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, 'a'.repeat(65), '__proto__']) {
    expect(() => store.pathOf(digest)).toThrow('is not the digest');
    expect(await codeOf(store.has(digest))).toBe('SF5014');
    expect(await codeOf(store.remove(digest))).toBe('SF5014');
  }
});

test('a stream is kept as it came, whatever its pieces are', async () => {
  const { store } = await place();
  const all = Buffer.from(Array.from({ length: 3_500_000 }, (_, i) => (i * 7919) >> 5));
  await fc.assert(
    fc.asyncProperty(fc.nat(all.length), fc.array(fc.nat(2_000_000), { maxLength: 6 }), async (size, cuts) => {
      const content = all.subarray(0, size);
      const places = [0, ...cuts.filter((cut) => cut < size).sort((a, b) => a - b), size];
      // One buffer for all pieces, as a reader of files has it.
      const buffer = Buffer.alloc(all.length);
      function* pieces(): Generator<Uint8Array> {
        for (let i = 1; i < places.length; i++) {
          const length = content.copy(buffer, 0, places[i - 1]!, places[i]!);
          yield buffer.subarray(0, length);
        }
      }
      const { digest, bytes } = await store.putStream(toAsync(pieces()));
      expect([digest, bytes]).toEqual([digestOf(content), size]);
      expect(digestOf(await fs.readFile(store.pathOf(digest)))).toBe(digest);
    }),
    { numRuns: 25 },
  );
});

async function* toAsync<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

test('a stream that breaks leaves nothing behind', async () => {
  const { folder, store } = await place();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('cut off');
  }
  await expect(store.putStream(broken())).rejects.toThrow('cut off');
  expect(await list(store)).toEqual([]);
  expect(await rubbish(folder)).toEqual([]);
});

test('what a killed process left is taken away, what a live one works on is not', async () => {
  const { folder, store } = await place();
  await tree(path.join(folder, 'store/temporary'), { '999999999-0-1/half': 'x', [`${process.ppid}-0-1`]: 'y' });
  await store.putBytes('z');
  expect(await rubbish(folder)).toEqual([`${process.ppid}-0-1`]);
});

test('remembered digests are those of the files, whatever happens to the file or to the memory', async () => {
  const { folder, store } = await place();
  const file = path.join(folder, 'data.bin');
  const old = new Date(Date.now() - 60_000);
  await fs.writeFile(file, 'one');
  await fs.utimes(file, old, old);
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2100));
  await pause();
  expect((await store.hash(file)).digest).toBe(digestOf('one'));
  expect((await store.hash(file)).digest).toBe(digestOf('one'));
  // The same size and the same time of change, as `cp -p` or `touch -r` make it.
  await fs.writeFile(file, 'two');
  await fs.utimes(file, old, old);
  expect((await store.hash(file)).digest).toBe(digestOf('two'));
  const log = path.join(folder, 'store/hashes.log');
  expect(await fs.readFile(log, 'utf8')).toContain(digestOf('one'));
  await fs.writeFile(log, 'rubbish\n\0\0\0');
  expect((await openArtifacts(path.join(folder, 'store')).hash(file)).digest).toBe(digestOf('two'));
});

test('what is put again is as new to garbage collection, also where its digest is remembered', async () => {
  const { folder, store } = await place();
  const file = path.join(folder, 'data.bin');
  await fs.writeFile(file, 'one');
  const { digest } = await store.put(file);
  // Remembered it is only when it is no longer fresh.
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await store.hash(file);
  const changed = async () => (await fs.lstat(store.pathOf(digest))).ctimeMs;
  const before = await changed();
  expect(await store.put(file)).toEqual({ digest, kind: 'file', bytes: 3 });
  expect(await changed()).toBeGreaterThan(before);
});

test('a file that has just changed is read again each time', async () => {
  const { folder, store } = await place();
  const file = path.join(folder, 'data.bin');
  for (let i = 0; i < 50; i++) {
    await fs.writeFile(file, String(i % 7));
    expect((await store.hash(file)).digest).toBe(digestOf(String(i % 7)));
  }
});

test.for([
  ['a file', async (object: string) => fs.appendFile(object, 'more'), false],
  [
    'a file that became a link',
    async (object: string) => fs.rm(object).then(() => fs.symlink('/etc/hosts', object)),
    false,
  ],
  ['nothing', async (object: string) => fs.rm(object), false],
  ['a file that was only touched', async (object: string) => fs.utimes(object, 1, 1), true],
] as const)('of what a program wrote to, %s is looked at again', async ([, write, whole]) => {
  const { store } = await place();
  const { digest } = await store.putBytes('once');
  await fs.chmod(store.pathOf(digest), 0o644);
  await write(store.pathOf(digest));
  expect([await store.verify(digest), await store.has(digest)]).toEqual([whole, whole]);
  await store.putBytes('once');
  expect(await store.verify(digest)).toBe(true);
});

test('a folder that a program wrote to is taken out', async () => {
  const { folder, store } = await place();
  const source = await tree(path.join(folder, 'source'), { 'a/b': 'b' });
  const { digest } = await store.put(source);
  await fs.chmod(path.join(store.pathOf(digest), 'a'), 0o755);
  await fs.writeFile(path.join(store.pathOf(digest), 'a', 'cache'), '');
  expect([await store.verify(digest), await store.has(digest)]).toEqual([false, false]);
  await store.put(source);
  expect(await store.verify(digest)).toBe(true);
});

test('what is removed is gone, and can be kept again', async () => {
  const { folder, store } = await place();
  const source = await tree(path.join(folder, 's'), { 'a/b/c': '1' });
  const { digest } = await store.put(source);
  await store.remove(digest);
  await store.remove(digest);
  expect(await store.has(digest)).toBe(false);
  expect(await rubbish(folder)).toEqual([]);
  expect((await store.put(source)).digest).toBe(digest);
});
