import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { training } from './bars.fixture';
import type { Column } from './data/column';
import { decoded } from './data/decoded';
import { filesOfTar } from './data/files';
import { readImageFile } from './data/image-file';
import { readLosses } from './data/losses';
import { readNpz, writeNpz } from './data/npz';
import { attempt } from './run.fixture';

const formats = path.join(import.meta.dirname, 'fixtures/formats');
const fixture = (name: string) => readFileSync(path.join(formats, name));
const root = mkdtempSync(path.join(os.tmpdir(), 'scanflow-dataset-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const defaults = { part: 'all', count: 0, skip: 0, seed: 0, classes: [], shape: [], label: '', id: '' };

let folders = 0;
/** A folder with these files. */
function folder(files: Record<string, Uint8Array | string>): { file: string } {
  const home = path.join(root, String(folders++));
  mkdirSync(home);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), content);
  }
  return { file: home };
}

async function archive(files: Record<string, Uint8Array | string>): Promise<Uint8Array> {
  const pack = tar.pack();
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, Buffer.from(content));
  pack.finalize();
  const parts: Buffer[] = [];
  for await (const part of pack) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const read = async (data: Parameters<typeof attempt>[2][string], parameters: object = {}) => {
  const made = await attempt('dataset', { ...defaults, ...parameters }, { data });
  if (made.code !== 0) throw new Error(made.errors[0]);
  return made;
};
const arrays = async (...given: Parameters<typeof read>) =>
  readNpz(readFileSync((await read(...given)).output('data')), 'data');

describe('images', () => {
  const truth = readNpz(fixture('images.npz'), 'images');
  test.each([
    ['grey.png', 'grey', 1, 0],
    ['deep.png', 'grey', 1, 0],
    ['bits.png', 'bits', 1, 0],
    ['colour.png', 'colour', 3, 0],
    ['transparent.png', 'colour', 3, 0],
    ['palette.png', 'palette', 3, 0],
    // Two decoders may round differently.
    ['colour.jpg', 'colour_jpg', 3, 3],
    ['grey.jpg', 'grey_jpg', 1, 3],
  ])('%s is as Pillow has it', (file, name, channels, most) => {
    const image = readImageFile(fixture(file), file);
    expect([image.height, image.width, image.channels]).toEqual([6, 5, channels]);
    const expected = truth.get(name)!.values as Uint8Array;
    expect(image.bytes).toHaveLength(expected.length);
    for (const [at, value] of image.bytes.entries()) expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(most);
  });

  test.each(['png', 'jpg'])('a %s that is cut off anywhere is refused, or decodes to its size', (ending) => {
    const whole = fixture(`colour.${ending}`);
    for (let length = 8; length < whole.length; length += 7) {
      try {
        const { bytes } = readImageFile(whole.subarray(0, length), 'cut');
        expect(bytes).toHaveLength(90);
      } catch (error) {
        expect(String(error)).toMatch(/cut is no whole image|pixels/);
      }
    }
  });

  test('of an absurd size is refused before it is decoded', () => {
    const bomb = Buffer.from(fixture('grey.png'));
    bomb.writeUInt32BE(1_000_000, 16);
    bomb.writeUInt32BE(1_000_000, 20);
    expect(() => readImageFile(bomb, 'bomb')).toThrow(/1000000 x 1000000 pixels/);
  });

  test('in folders of their class', async () => {
    const made = await arrays(
      folder({ 'a/1.png': fixture('grey.png'), 'a/2.png': fixture('colour.png'), 'b/1.jpg': fixture('colour.jpg') }),
    );
    expect(made.get('x')!.shape).toEqual([3, 6, 5, 3]);
    expect(made.get('y')!.values).toEqual(['a', 'a', 'b']);
    expect(made.get('id')!.values).toEqual(['a/1.png', 'a/2.png', 'b/1.jpg']);
  });

  test('with a CSV of labels, by name with or without its ending; those without a label are left out', async () => {
    const files = { 'one.png': fixture('grey.png'), 'two.png': fixture('bits.png'), 'three.png': fixture('grey.png') };
    const made = await arrays(folder({ ...files, 'labels.csv': 'file,label\none.png,cat\nthree,dog\n' }));
    expect(made.get('x')!.shape).toEqual([2, 6, 5]);
    expect(made.get('y')!.values).toEqual(['cat', 'dog']);
    expect(made.get('id')!.values).toEqual(['one.png', 'three.png']);
  });

  test('in a CSV, a path from the folder is meant before any short name', async () => {
    const made = await arrays(
      folder({
        '1.png': fixture('grey.png'),
        'a/1.png': fixture('bits.png'),
        'b/2.png': fixture('bits.png'),
        'labels.csv': 'file,label\n./1.png,root\na/1.png,below\n2,short\n2.png,short\n',
      }),
    );
    expect(made.get('id')!.values).toEqual(['1.png', 'a/1.png', 'b/2.png']);
    expect(made.get('y')!.values).toEqual(['root', 'below', 'short']);
  });

  test('a folder of images is a dataset for every node', async () => {
    const files = { 'a/1.png': fixture('grey.png'), 'b/2.png': fixture('bits.png') };
    const beside = { 'readme.txt': 'By me.\n', 'b/LICENSE': 'Free, for all\n', 'b/Thumbs.db': Uint8Array.of(0, 1) };
    for (const feedback of [folder(files), folder({ ...files, ...beside })]) {
      const rows = await attempt('split', { holdout: 1 }, { feedback });
      expect(rows.errors).toEqual([]);
      expect(readNpz(readFileSync(rows.output('held')), 'held').get('id')!.values).toEqual(['a/1.png', 'b/2.png']);
    }
  });

  test('names tell texts about data from data', async () => {
    const grey = fixture('grey.png');
    const plates = {
      'a/license_1.png': grey,
      'a/2.png': grey,
      'b/readme_scan.png': grey,
      'Thumbs.db': Uint8Array.of(0, 1),
    };
    const read = await attempt('split', { holdout: 1 }, { feedback: folder(plates) });
    expect(read.errors).toEqual([]);
    expect(readNpz(readFileSync(read.output('held')), 'held').get('id')!.values).toEqual([
      'a/2.png',
      'a/license_1.png',
      'b/readme_scan.png',
    ]);
    const table = { 'data.csv': 'id,x,label\n1,2,a\n2,3,b\n', 'plots/p.svg': '<svg/>' };
    expect((await attempt('split', { holdout: 1 }, { feedback: folder(table) })).errors).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['a class of WebP', 'c/1.webp', 'RIFF\x10\0\0\0WEBPVP8 ', 'WebP'],
    ['one by another name', 'c/1.png', 'RIFF\x10\0\0\0WEBPVP8 ', 'WebP'],
    ['BMP on top', '1', 'BM\x46\0\0\0\0\0\0\0\x36\0', 'BMP'],
    ['GIF', 'a/2.gif', 'GIF89a\x01\0\x01\0', 'GIF'],
    ['HEIC', 'a/2', '\0\0\0\x18ftypheic', 'HEIC'],
    ['none at all', 'a/2.PNG', 'no image', 'of another format'],
  ])('of another format do not vanish: %s', async (_, name, begins, format) => {
    const foreign = { [name]: Buffer.from(begins, 'latin1') };
    const message = `SF7110 ${name} of Input %s is ${format}; images are read as PNG and JPEG. Convert it to PNG, or take it out.`;
    for (const files of [foreign, { ...foreign, 'a/1.png': fixture('grey.png'), 'b/1.png': fixture('grey.png') }]) {
      const data = folder(files);
      const [read, parted] = [
        await attempt('dataset', defaults, { data }),
        await attempt('split', { holdout: 1 }, { feedback: data }),
      ];
      expect(read.errors).toEqual([message.replace('%s', 'data')]);
      expect(parted.errors).toEqual([message.replace('%s', 'feedback')]);
    }
  });

  test.each<[string, Record<string, Uint8Array | string>, RegExp]>([
    [
      'of two sizes',
      { 'a/1.png': fixture('grey.png'), 'a/2.png': png12() },
      /SF7113 a\/1.png of Input data has 6 x 5 pixels, a\/2.png has 1 x 1/,
    ],
    [
      'one damaged',
      { 'a/1.png': fixture('grey.png').subarray(0, 60) },
      /SF7111 a\/1.png of Input data is no whole image: it is cut off\. Write or download the image again, or take it out/,
    ],
    [
      'one JPEG cut off',
      { 'a/1.jpg': fixture('grey.jpg').subarray(0, -40) },
      /SF7111 a\/1.jpg of Input data is no whole image: it is cut off\./,
    ],
    [
      'one of no bytes',
      { 'a/1.png': fixture('grey.png'), 'a/2.png': '' },
      /SF7111 a\/2.png of Input data is empty\. Write or download the image again, or take it out/,
    ],
    [
      'a label for no image',
      { '1.png': fixture('grey.png'), 'l.csv': 'file,label\n2.png,a\n' },
      /SF7113 l.csv of Input data names 2.png/,
    ],
    [
      'a CSV without labels',
      { '1.png': fixture('grey.png'), 'l.csv': 'file,size\n1.png,a\n' },
      /SF7113 .* needs the columns file and label .*Name them so; or take the CSV out of the folder/,
    ],
    [
      'a short name of two images',
      { 'a/1.png': fixture('grey.png'), 'b/1.png': fixture('grey.png'), 'l.csv': 'file,label\n1.png,cat\n' },
      /SF7113 l.csv of Input data names 1.png, which may be a\/1.png or b\/1.png/,
    ],
    [
      'a name without ending of two images',
      { '1.png': fixture('grey.png'), '1.jpg': fixture('grey.jpg'), 'l.csv': 'file,label\n1,cat\n' },
      /SF7113 l.csv of Input data names 1, which may be 1.jpg or 1.png/,
    ],
    [
      'two labels of an image',
      { 'a/1.png': fixture('grey.png'), 'l.csv': 'file,label\n1.png,cat\na/1.png,cat\n1,dog\n' },
      /SF7113 l.csv of Input data gives a\/1.png the labels "cat" and "dog"/,
    ],
    [
      'two CSVs',
      { '1.png': fixture('grey.png'), 'l.csv': 'file,label\n', 'm.csv': 'a,b\n' },
      /SF7113 .* several CSV files/,
    ],
  ])('%s: a clear error', async (_, files, message) => {
    const made = await attempt('dataset', defaults, { data: folder(files) });
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});

/** A white pixel. */
function png12(): Uint8Array {
  return Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGlqFKgAAAABJRU5ErkJggg==',
    'base64',
  );
}

describe('Parquet', () => {
  test.each(['snappy', 'gzip', 'zstd', 'brotli', 'none'])('compressed by %s, with all its types', async (codec) => {
    const made = await read(fixture(`${codec}.parquet`), { label: 'y' });
    expect(made.read('data').split('\n')).toEqual([
      'id,temperature,count,small,state,good,y',
      'a,1.5,1,1,on,true,0',
      'b,NaN,2,NaN,off,false,1',
      'c,-3.25,-3,3,,true,1',
      'd,1e+300,9007199254740992,4,on,,0',
      '',
    ]);
    expect(JSON.parse(made.read('report'))).toMatchObject({ samples: 4, missing: 3, labels: { 0: 2, 1: 2 } });
  });

  test('is read by every node', async () => {
    const rules = [{ name: 'cold', column: 'temperature', minimum: -2, missing: 'allow' }];
    const made = await attempt('rules', { rules, veto_label: '' }, { data: fixture('snappy.parquet') });
    expect(made.errors).toEqual([]);
    expect(JSON.parse(made.read('report')).rules[0].broken).toEqual(['c']);
  });

  test('lies in folders, and in folders of these', async () => {
    const [one, other] = [fixture('snappy.parquet'), fixture('gzip.parquet')];
    const flat = await read(folder({ 'a.parquet': one, 'b.parquet': other }));
    expect(flat.log[0]).toBe('8 of 8 samples, 2 classes');
    const deep = folder({ 'train/a': one, 'train/more/b': other, 'test/c': one });
    expect((await read(deep, { part: 'train' })).read('data')).toBe(flat.read('data'));
    const rows = await attempt('merge', { weight: 1 }, { base: folder({ a: one, b: other }), feedback: one });
    expect(rows.errors).toEqual([]);
  });

  test('is what an evaluator takes, on both sides', async () => {
    const both = { predictions: fixture('snappy.parquet'), truth: fixture('snappy.parquet') };
    const made = await attempt('evaluator', { names: [], group: '', positive: '' }, both);
    expect(made.errors).toEqual([]);
    expect(JSON.parse(made.read('report'))).toMatchObject({ count: 4, accuracy: 1 });
  });

  test('may hold losses', () => {
    const columns = new Map<string, Column>([
      ['loss', { type: 'float64', shape: [], values: Float64Array.of(0.5, Number.NaN) }],
      ['id', { type: 'text', shape: [], values: ['a', 'b'] }],
    ]);
    const file = path.join(root, 'losses');
    decoded.set(file, { format: 'csv', count: 2, columns, extras: new Map(), where: '' });
    expect(readLosses(file, 'it')).toEqual({ values: Float32Array.of(0.5, Number.NaN), ids: ['a', 'b'] });
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nested', fixture('nested.parquet'), /SF7112 Column "x" of Input data is nested/],
    ['compressed in another way', fixture('lz4.parquet'), /SF7112 Input data: .*LZ4/],
    [
      'cut in the middle',
      Buffer.concat([fixture('none.parquet').subarray(0, 200), fixture('none.parquet').subarray(-9)]),
      /SF711[01] /,
    ],
  ])('%s: a clear error', async (_, data, message) => {
    const made = await attempt('dataset', defaults, { data });
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});

test('Parquet that cannot be read is told with its file and its port', async () => {
  const files = { 'a.parquet': fixture('snappy.parquet'), 'b.parquet': fixture('nested.parquet') };
  const made = await attempt('dataset', defaults, { data: folder(files) });
  expect(made.errors[0]).toMatch(/^SF7112 Column "x" of b\.parquet of Input data is nested/);
});

test('the report says what the columns of a CSV hold, not that all of it is written as text', async () => {
  const data = 'id,t,gap,old,place,none,y\na,1.5,,true,x,,1\nb,-2e3,4,False,7,,0\n';
  const { columns } = JSON.parse((await attempt('dataset', defaults, { data })).read('report'));
  const types = Object.fromEntries(Object.entries<{ type: string }>(columns).map(([name, { type }]) => [name, type]));
  const numbers = { t: 'number', gap: 'number', y: 'number' };
  expect(types).toEqual({ id: 'text', ...numbers, old: 'bool', place: 'text', none: 'text' });
});

describe('collections', () => {
  const idx = (sides: number[], values: number[]) => {
    const head = Buffer.alloc(4 + 4 * sides.length);
    head.set([0, 0, 8, sides.length]);
    for (const [i, side] of sides.entries()) head.writeUInt32BE(side, 4 + 4 * i);
    return Buffer.concat([head, Buffer.from(values)]);
  };
  const mnist = {
    'train-images-idx3-ubyte.gz': gzipSync(idx([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    'train-labels-idx1-ubyte.gz': gzipSync(idx([3], [7, 8, 9])),
    't10k-images-idx3-ubyte': idx([1, 2, 2], [50, 51, 52, 53]),
    't10k-labels-idx1-ubyte': idx([1], [3]),
    README: 'About it.',
  };
  const batch = (label: number) => {
    const record = Buffer.alloc(3073);
    record[0] = label;
    // Red, green and blue of the first pixel, and the red of the second.
    record.set([10, 11], 1);
    record[1025] = 20;
    record[2049] = 30;
    return record;
  };
  const cifar = {
    'cifar-10-batches-bin/data_batch_1.bin': Buffer.concat([batch(3), batch(9)]),
    'cifar-10-batches-bin/data_batch_2.bin': batch(1),
    'cifar-10-batches-bin/test_batch.bin': batch(5),
    'cifar-10-batches-bin/batches.meta.txt': 'airplane\n',
    'cifar-10-batches-bin/readme.html': '<html>',
  };

  test("MNIST's files, by part", async () => {
    const train = await arrays(folder(mnist), { part: 'train', classes: [7, 8, 9] });
    expect([train.get('x')!.shape, [...train.get('y')!.values]]).toEqual([
      [3, 2, 2],
      [7, 8, 9],
    ]);
    const held = await arrays(folder(mnist), { part: 'test' });
    expect([...held.get('x')!.values, ...held.get('y')!.values]).toEqual([50, 51, 52, 53, 3]);
    expect((await arrays(folder(mnist))).get('x')!.shape).toEqual([4, 2, 2]);
  });

  test("CIFAR-10's archive, by part", async () => {
    const packed = gzipSync(await archive(cifar));
    const train = await arrays(packed, { part: 'train' });
    expect(train.get('x')!.shape).toEqual([3, 32, 32, 3]);
    expect([...train.get('y')!.values]).toEqual([3, 9, 1]);
    expect([...train.get('x')!.values].slice(0, 4)).toEqual([10, 20, 30, 11]);
    expect([...(await arrays(packed, { part: 'test' })).get('y')!.values]).toEqual([5]);
  });

  test('an archive of images by part and class', async () => {
    const packed = await archive({
      'train/cat/1.png': fixture('grey.png'),
      'train/dog/1.png': fixture('grey.png'),
      'test/cat/1.png': fixture('bits.png'),
    });
    expect((await arrays(packed, { part: 'train' })).get('y')!.values).toEqual(['cat', 'dog']);
    expect((await arrays(packed, { part: 'test' })).get('id')!.values).toEqual(['test/cat/1.png']);
  });

  test.each<[string, object, RegExp]>([
    [
      'a part that is not there',
      { part: 'test' },
      /SF7170 Input data has no files of the part test \(found: train-a\.csv\)/,
    ],
  ])('%s: a clear error', async (_, parameters, message) => {
    const made = await attempt(
      'dataset',
      { ...defaults, ...parameters },
      { data: folder({ 'train-a.csv': 'a,y\n1,2\n' }) },
    );
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });

  test('a batch or an archive that is cut off: a clear error', async () => {
    const cut = await attempt('dataset', defaults, { data: folder({ 'test_batch.bin': batch(1).subarray(0, 3000) }) });
    expect(cut.errors[0]).toMatch(/SF7111 test_batch.bin of Input data is no whole batch of CIFAR-10/);
    const whole = await archive(cifar);
    const packed = await attempt('dataset', defaults, { data: whole.slice(0, 3000) });
    expect(packed.errors[0]).toMatch(/SF7111 Input data is no whole tar archive/);
  });

  test('an archive that unpacks to too much is not called damaged', async () => {
    const packed = gzipSync(await archive(mnist));
    expect(filesOfTar(packed, 'it')!.size).toBe(5);
    const fault = expect.objectContaining({ code: 'SF7114' });
    expect(() => filesOfTar(packed, 'it', 1000)).toThrow(expect.objectContaining({ fault }));
  });

  test('links that lead nowhere are no files', async () => {
    const place = folder({ 'a.csv': 'v,y\n1,2\n' });
    symlinkSync(path.join(place.file, 'gone.csv'), path.join(place.file, 'b.csv'));
    const made = await attempt('dataset', defaults, { data: place });
    expect(made.errors).toEqual([]);
  });
});

describe('what is asked for', () => {
  const csv = `v,kind\n${Array.from({ length: 20 }, (_, i) => `${i},${'abc'[i % 3]}`).join('\n')}\n`;
  const values = async (parameters: object) =>
    (await read(csv, parameters))
      .read('data')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]);

  test('is drawn by the seed; draws that follow each other share nothing', async () => {
    const [first, second, again] = [
      await values({ count: 8, seed: 3 }),
      await values({ count: 12, skip: 8, seed: 3 }),
      await values({ count: 8, seed: 3 }),
    ];
    expect(first).toEqual(again);
    expect(first).not.toEqual(await values({ count: 8 }));
    expect(new Set([...first, ...second]).size).toBe(20);
  });

  test('comes with the label and the id under the names that nodes know', async () => {
    expect((await read(csv, { label: 'kind', id: 'v', count: 1 })).read('data')).toBe('y,id\na,0\n');
  });

  test('labels that are measured pass: who learns classes from them says no', async () => {
    const measured = `v,y\n${Array.from({ length: 60 }, (_, i) => `${i},${i + 0.5}`).join('\n')}\n`;
    expect((await read(measured)).log).toEqual(['60 of 60 samples, 60 classes']);
    const model = await attempt('classifier', training, { data: measured });
    expect(model.errors[0]).toMatch(
      /^SF7117 Input data has measured numbers for labels: 60 different ones in 60 samples/,
    );
  });

  test('flat rows become images', async () => {
    const flat = writeNpz(new Map([['x', { type: 'uint8', shape: [2, 784], values: new Uint8Array(1568) }]]));
    expect((await arrays(flat, { shape: [28, 28] })).get('x')!.shape).toEqual([2, 28, 28]);
  });

  test.each<[string, object, RegExp]>([
    ['more than there is', { count: 21 }, /SF7170 Input data has 20 samples; 21 samples were asked for/],
    ['beyond the end', { count: 10, skip: 15 }, /SF7170 .* 10 samples behind the first 15/],
    [
      'a class that is not allowed',
      { label: 'kind', classes: ['a', 'b'] },
      /SF7170 Sample 2 of Input data has label "c"/,
    ],
    ['a column that is not there', { label: 'sort' }, /SF7170 Input data has no column "sort" \(found: v, kind\)/],
    ['classes of what has none', { classes: ['a'] }, /SF7115 Input data has no labels/],
    ['a shape of a table', { shape: [2, 2] }, /SF7170 The samples of Input data have no array "x"/],
    ['a part of a file', { part: 'train' }, /SF7170 Input data is a single file/],
  ])('%s: a clear error', async (_, parameters, message) => {
    const made = await attempt('dataset', { ...defaults, ...parameters }, { data: csv });
    expect([made.code, made.errors[0]]).toEqual([1, expect.stringMatching(message)]);
  });
});
