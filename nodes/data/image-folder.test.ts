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
