import { blank, type Change, type Image } from './image';

/** Saved as JPEG and read again: what its quantisation loses. The lossless part, which changes nothing, is left out. */
export const jpeg =
  (quality: number): Change =>
  (channels) => {
    const bytes = channels.map((channel) => ({ ...channel, values: channel.values.map((v) => Math.round(v * 255)) }));
    if (channels.length !== 3) return bytes.map((grey) => toFractions(blocks(grey, LUMINANCE, quality)));
    const [y, cb, cr] = toYCbCr(bytes);
    const chroma = (plane: Image) => doubled(blocks(halved(plane), CHROMINANCE, quality), plane);
    return toRgb(blocks(y!, LUMINANCE, quality), chroma(cb!), chroma(cr!)).map(toFractions);
  };

/** Table K.1 and K.2 of the standard (ITU T.81). */
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** libjpeg's meaning of a quality from 1 to 100. */
function scaled(table: readonly number[], quality: number): number[] {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((step) => Math.max(1, Math.min(255, Math.floor((step * scale + 50) / 100))));
}

/** cos((2x + 1) u pi / 16), with the scale of the orthonormal transform. */
const COSINES = Float64Array.from({ length: 64 }, (_, at) => {
  const [u, x] = [at >> 3, at & 7];
  return (u === 0 ? Math.sqrt(1 / 8) : 0.5) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Every 8 x 8 block to frequencies, quantised, and back; the border repeats to fill the last blocks. */
function blocks(plane: Image, table: readonly number[], quality: number): Image {
  const steps = scaled(table, quality);
  const { height, width, values } = plane;
  const made = blank(plane);
  const block = new Float64Array(64);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) {
        const row = Math.min(height - 1, top + (i >> 3));
        block[i] = values[row * width + Math.min(width - 1, left + (i & 7))]! - 128;
      }
      const frequencies = transform(block, COSINES, false);
      for (let i = 0; i < 64; i++) frequencies[i] = Math.round(frequencies[i]! / steps[i]!) * steps[i]!;
      const back = transform(frequencies, COSINES, true);
      for (let i = 0; i < 64; i++) {
        const [row, column] = [top + (i >> 3), left + (i & 7)];
        if (row < height && column < width) made.values[row * width + column] = toByte(back[i]! + 128);
      }
    }
  }
  return made;
}

/** M B M' of a block, or M' B M for the inverse. */
function transform(block: Float64Array, matrix: Float64Array, inverse: boolean): Float64Array {
  const m = (u: number, x: number) => (inverse ? matrix[x * 8 + u]! : matrix[u * 8 + x]!);
  const half = new Float64Array(64);
  for (let u = 0; u < 8; u++) {
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += m(u, x) * block[x * 8 + column]!;
      half[u * 8 + column] = sum;
    }
  }
  const made = new Float64Array(64);
  for (let u = 0; u < 8; u++) {
    for (let v = 0; v < 8; v++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += half[u * 8 + y]! * m(v, y);
      made[u * 8 + v] = sum;
    }
  }
  return made;
}

function toYCbCr([r, g, b]: Image[]): Image[] {
  const plane = (red: number, green: number, blue: number, shift: number) => ({
    ...r!,
    values: r!.values.map((value, at) => toByte(red * value + green * g!.values[at]! + blue * b!.values[at]! + shift)),
  });
  return [
    plane(0.299, 0.587, 0.114, 0),
    plane(-0.168735892, -0.331264108, 0.5, 128),
    plane(0.5, -0.418687589, -0.081312411, 128),
  ];
}

function toRgb(y: Image, cb: Image, cr: Image): Image[] {
  const plane = (blue: number, red: number) => ({
    ...y,
    values: y.values.map((value, at) => toByte(value + blue * (cb.values[at]! - 128) + red * (cr.values[at]! - 128))),
  });
  return [plane(0, 1.402), plane(-0.344136286, -0.714136286), plane(1.772, 0)];
}

/** Colour at half the resolution (4:2:0): means of four, rounded down and up in turns as libjpeg does. */
function halved(plane: Image): Image {
  const { height, width, values } = plane;
  const made = blank({ ...plane, height: Math.ceil(height / 2), width: Math.ceil(width / 2) });
  const at = (row: number, column: number) => values[Math.min(height - 1, row) * width + Math.min(width - 1, column)]!;
  for (let row = 0, place = 0; row < made.height; row++) {
    for (let column = 0; column < made.width; column++, place++) {
      const [r, c] = [2 * row, 2 * column];
      const sum = at(r, c) + at(r, c + 1) + at(r + 1, c) + at(r + 1, c + 1);
      made.values[place] = Math.floor((sum + 1 + (column % 2)) / 4);
    }
  }
  return made;
}

/** Back to full resolution: three parts the nearest, one part the next, along both axes (libjpeg's "fancy" up-sampling). */
function doubled(plane: Image, like: Image): Image {
  const made = blank(like);
  const { height, width, values } = plane;
  for (let row = 0, place = 0; row < like.height; row++) {
    const near = row >> 1;
    const far = Math.max(0, Math.min(height - 1, near + (row % 2 === 0 ? -1 : 1)));
    const column = (c: number) => 3 * values[near * width + c]! + values[far * width + c]!;
    for (let c = 0; c < like.width; c++, place++) {
      const at = c >> 1;
      const next = Math.max(0, Math.min(width - 1, at + (c % 2 === 0 ? -1 : 1)));
      made.values[place] = Math.floor((3 * column(at) + column(next) + (c % 2 === 0 ? 8 : 7)) / 16);
    }
  }
  return made;
}

const toByte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

const toFractions = (plane: Image): Image => ({ ...plane, values: plane.values.map((value) => value / 255) });
