import { augmentImage, createRandom } from '../learning';
import type { NodeContext } from './contract';
import type { NumberColumn, Numbers } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { soundFeatures, weightsOf } from './data/samples';
import { appendRows, type Table, textColumn, withColumn } from './data/table';
import { writeTable } from './data/write';
import { imagesOf } from './denoiser';
import { integer, number } from './parameters';

/** Adds changed copies of all images to a dataset, with their labels: what `scanflow/augmenter` puts before a training. */
export default async function augment(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  imagesOf(data);
  if (data.count > 0) soundFeatures(data, 'brightness');
  const [copies, seed] = [integer(node, 'copies', 1), integer(node, 'seed', 0)];
  const made = augmented(data, copies, seed);
  const done = weighted(made, data.count, number(node, 'weight', 0));
  writeTable(node.output('data'), done);
  node.tracking.metrics({ samples: data.count, added: done.count - data.count });
  node.log(`${data.count} images, ${done.count - data.count} changed copies added`);
}

/** Copies count less than what they are copies of, by the weight that those have, if they have one. */
function weighted(table: Table, originals: number, weight: number): Table {
  if (weight === 1) return table;
  const before = weightsOf(table);
  const weights = Float32Array.from(
    { length: table.count },
    (_, row) => (before?.[row] ?? 1) * (row < originals ? 1 : weight),
  );
  return withColumn(table, 'weight', { type: 'float32', shape: [], values: weights });
}

/** What happens to a copy depends on the sample's id, the copy's number and the seed alone. */
export function augmented(data: Table, copies: number, seed: number): Table {
  const images = imagesOf(data);
  const ids = idsOf(data);
  const named = withColumn(withColumn(data, 'x', images), 'id', textColumn(ids));
  const others = Array.from({ length: copies }, (_, copy) => {
    const values = images.values.slice();
    for (const [row, id] of ids.entries()) changeImage(values, images, row, `${seed}/augment/${copy}/${id}`);
    const changed = withColumn(named, 'x', { ...images, values });
    return withColumn(changed, 'id', textColumn(ids.map((id) => `${id}/augmented-${copy + 1}`)));
  });
  return appendRows(named, others);
}

function changeImage(values: Numbers, { shape, type }: NumberColumn, row: number, seed: string): void {
  const [height, width, channels = 1] = shape as [number, number, number?];
  const size = height * width * channels;
  const scale = type.startsWith('float') ? 1 : 255;
  const image = Float32Array.from({ length: size }, (_, i) => Number(values[row * size + i]) / scale);
  augmentImage(image, [height, width, channels], createRandom(seed));
  for (let i = 0; i < size; i++) values[row * size + i] = scale === 1 ? image[i]! : Math.round(image[i]! * 255);
}
