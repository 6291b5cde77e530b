import { blank, type Corrupt, type Image } from './image';

/** Made smaller and large again, in blocks, as Pillow's filter BOX does it: in bytes after each direction. */
export const pixelate =
  (share: number): Corrupt =>
  (image) => {
    const small = [image.height, image.width].map((side) => Math.max(1, Math.floor(side * share))) as [number, number];
    return resize(resize(image, small[0], small[1]), image.height, image.width);
  };

function resize(image: Image, height: number, width: number): Image {
  const across = along(image, width, 'columns');
  return along(across, height, 'rows');
}

function along(image: Image, length: number, axis: 'rows' | 'columns'): Image {
  const before = axis === 'rows' ? image.height : image.width;
  const made = blank(axis === 'rows' ? { ...image, height: length } : { ...image, width: length });
  const boxes = Array.from({ length }, (_, place) => boxOf(place, before, length));
  for (let row = 0, at = 0; row < made.height; row++) {
    for (let column = 0; column < made.width; column++, at++) {
      const [from, to] = boxes[axis === 'rows' ? row : column]!;
      let sum = 0;
      for (let place = from; place < to; place++) {
        sum += axis === 'rows' ? image.values[place * image.width + column]! : image.values[row * image.width + place]!;
      }
      made.values[at] = Math.round((sum / (to - from)) * 255) / 255;
    }
  }
  return made;
}

/** The pixels that one pixel of the result is the mean of. */
function boxOf(place: number, before: number, after: number): [from: number, to: number] {
  const scale = before / after;
  const support = 0.5 * Math.max(1, scale);
  const middle = (place + 0.5) * scale;
  const inside = (pixel: number) => {
    const distance = (pixel + 0.5 - middle) / Math.max(1, scale);
    return distance > -0.5 && distance <= 0.5;
  };
  let from = Math.max(0, Math.floor(middle - support + 0.5));
  let to = Math.min(before, Math.floor(middle + support + 0.5));
  while (from < to - 1 && !inside(from)) from++;
  while (to > from + 1 && !inside(to - 1)) to--;
  return [from, to];
}
