import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeNpy } from './npy';
import { type Predictions, readPredictions } from './predictions';

const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-predictions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Uint8Array): Predictions {
  const file = path.join(folder, 'y');
  writeFileSync(file, content);
  return readPredictions(file, 'Input predictions');
}

test.each<[string, string | Uint8Array, Predictions]>([
  ['ours', 'id,label,confidence\na,7,0.9\nb,cat,0.8\n', { labels: ['7', 'cat'], ids: ['a', 'b'] }],
  ['a single column without a header', '7\n8\n', { labels: ['7', '8'] }],
  ['a single column with one', 'y\n7\n8\n', { labels: ['7', '8'] }],
  ['what numpy.savetxt writes', '7.000000000000000000e+00\n1.000000000000000000e+01\n', { labels: ['7', '10'] }],
  ['what pandas writes', ',prediction\n0,7.0\n1,8.0\n', { labels: ['7', '8'] }],
  ['an array', writeNpy({ type: 'float64', shape: [2, 1], values: Float64Array.of(7, 10) }), { labels: ['7', '10'] }],
  ['text in an array', writeNpy({ type: 'text', shape: [1], values: ['cat'] }), { labels: ['cat'] }],
  ['codes that only look like numbers', 'label\n007\n1e\n', { labels: ['007', '1e'] }],
])('%s', (_, content, predictions) => {
  expect(read(content)).toEqual(predictions);
});

test.each<[string, string | Uint8Array, RegExp]>([
  ['other signs than commas', 'id;label\na;7\n', /semicolons between its cells/],
  ['columns that nobody named', 'a,b\n1,2\n', /no column "label" \(found: a, b\)/],
  [
    'probabilities',
    writeNpy({ type: 'float32', shape: [1, 3], values: Float32Array.of(0.1, 0.2, 0.7) }),
    /not one value a sample/,
  ],
])('refused: %s', (_, content, message) => {
  expect(() => read(content)).toThrow(message);
});
