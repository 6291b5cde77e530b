import { expect, test, vi } from 'vitest';
import { tableOfImages } from './image-folder';

// Decoding so many would take a minute.
vi.mock('./image-file', () => ({
  readImageFile: ([value]: Uint8Array) => ({ height: 1, width: 1, channels: 1, bytes: Uint8Array.of(value!) }),
}));

test('more images than a call takes arguments', () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `a/${i}.png`);
  const table = tableOfImages(new Map(names.map((name, i) => [name, () => Uint8Array.of(i)])), names, 'it');
  expect([table.count, table.columns.get('x')!.values.at(-1)]).toEqual([200_000, 199_999 & 255]);
});

test('labels that are no text in UTF-8 are refused: two of them could become one class', () => {
  const labels = Buffer.from('file,label\na.png,M\xe4dchen\nb.png,M\xf6dchen\n', 'latin1');
  const files = new Map<string, Uint8Array>([
    ['a.png', Uint8Array.of(1)],
    ['b.png', Uint8Array.of(2)],
    ['labels.csv', labels],
  ]);
  const given = new Map(Array.from(files, ([name, bytes]) => [name, () => bytes]));
  const fault = expect.objectContaining({
    code: 'SF7110',
    message: expect.stringMatching(/^labels.csv of it is neither .* UTF-8/),
  });
  expect(() => tableOfImages(given, ['a.png', 'b.png'], 'it')).toThrow(expect.objectContaining({ fault }));
});

test('an image beside the folders of the classes is named: it has none', () => {
  const names = ['cat/1.png', 'stray.png', 'dog/1.png'];
  const given = new Map(names.map((name) => [name, () => Uint8Array.of(1)]));
  const fault = expect.objectContaining({ code: 'SF7113', message: expect.stringMatching(/^stray.png of it/) });
  expect(() => tableOfImages(given, names, 'it')).toThrow(expect.objectContaining({ fault }));
  expect(tableOfImages(given, ['stray.png'], 'it').columns.has('y')).toBe(false);
});
