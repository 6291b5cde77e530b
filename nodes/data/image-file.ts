import { convertIndexedToRgb, decode as decodePng } from 'fast-png';
import { decode as decodeJpeg } from 'jpeg-js';
import { nodeFault } from '../faults';

/** One image, bytes row by row, the channels of a pixel beside each other. */
export interface ImageFile {
  height: number;
  width: number;
  channels: number;
  bytes: Uint8Array;
}

/** A picture of more pixels than that is no sample, or an attack on the memory. */
const MOST_PIXELS = 1 << 26;

const isPng = (bytes: Uint8Array): boolean =>
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** PNG or JPEG, by content. */
export const isImageFile = (bytes: Uint8Array): boolean => isPng(bytes) || isJpeg(bytes);

/** As many of the first bytes of a file as tell its format. */
export const TELLING = 12;

/** Formats of pictures that are not read, by how they begin: in Latin-1, a dot for any byte. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^RIFF....WEBP/s, 'WebP'],
  // A table may begin with these two letters, and has no zeros behind them.
  [/^BM....\0\0\0\0/s, 'BMP'],
  [/^GIF8/, 'GIF'],
  [/^(II\*\0|MM\0\*)/, 'TIFF'],
  [/^....ftyp(avif|avis)/s, 'AVIF'],
  [/^....ftyp(heic|heix|mif1|msf1)/s, 'HEIC'],
];

const ENDING = /\.(png|jpe?g|webp|bmp|gif|tiff?|avif|hei[cf]|jp2|svg|ico|p[bgnp]m)$/i;

/** By its name alone. */
export const isImageName = (name: string): boolean => ENDING.test(name);

/** What a picture is that cannot be read; undefined for PNG and JPEG, and for what is no picture by content or name. */
export function foreignPicture(name: string, bytes: Uint8Array): string | undefined {
  if (isImageFile(bytes)) return undefined;
  const start = Buffer.from(bytes.subarray(0, TELLING)).toString('latin1');
  const [, format] = FOREIGN.find(([begins]) => begins.test(start)) ?? [];
  return format ?? (isImageName(name) ? 'of another format' : undefined);
}

/**
 * Decodes PNG (grey, colour, palette; 16 bits become 8; transparency is dropped) or JPEG (grey where all pixels are).
 *
 * @throws SF7111 where it is damaged, SF7114 where it is larger than any sample.
 */
export function readImageFile(bytes: Uint8Array, where: string): ImageFile {
  const read = isPng(bytes) ? readPng : readJpeg;
  try {
    return read(bytes, where);
  } catch (error) {
    if (error instanceof Error && 'fault' in error) throw error;
    const why = isCutOff(bytes) ? 'it is cut off' : error instanceof Error ? error.message : String(error);
    const remedy = 'Write or download the image again, or take it out.';
    throw nodeFault('SF7111', `${where} is no whole image: ${why}.`, remedy, { cause: error });
  }
}

/** Decoders stumble over what is missing, and do not say so: both formats have a mark for their end. */
const isCutOff = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes).lastIndexOf(isPng(bytes) ? Buffer.from('IEND') : Buffer.from([0xff, 0xd9])) < 0;

function readPng(bytes: Uint8Array, where: string): ImageFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(view.getUint32(16), view.getUint32(20), where);
  const { width, height, depth, channels: found, palette, data, ...rest } = decodePng(bytes);
  if (palette) {
    const rgb = convertIndexedToRgb({ width, height, depth, channels: found, palette, data, ...rest });
    return withoutAlpha({ width, height, channels: palette[0]!.length, bytes: Uint8Array.from(rgb) });
  }
  const most = 2 ** depth - 1;
  const pixels =
    depth === 8 ? Uint8Array.from(data) : Uint8Array.from(spread(data, depth, width), (v) => (v / most) * 255 + 0.5);
  return withoutAlpha({ width, height, channels: found, bytes: pixels });
}

/** Below 8 bits, several pixels lie in a byte and each row begins with a new one. */
function spread(data: ArrayLike<number>, depth: number, width: number): ArrayLike<number> {
  if (depth === 16) return data;
  const rowBytes = Math.ceil((width * depth) / 8);
  return Array.from({ length: (data.length / rowBytes) * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const bit = column * depth;
    return (data[row * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

function readJpeg(bytes: Uint8Array, where: string): ImageFile {
  const [height, width] = jpegSize(bytes);
  checkSize(width, height, where);
  const { data, ...size } = decodeJpeg(bytes, { useTArray: true, formatAsRGBA: false, maxMemoryUsageInMB: 2048 });
  const grey = data.every((value, i) => value === data[i - (i % 3)]);
  return grey
    ? { ...size, channels: 1, bytes: data.filter((_, i) => i % 3 === 0) }
    : { ...size, channels: 3, bytes: Uint8Array.from(data) };
}

/** From the frame header, before anything is decoded. */
function jpegSize(bytes: Uint8Array): [height: number, width: number] {
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff) throw new Error('a marker is missing');
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return [bytes[at + 5]! * 256 + bytes[at + 6]!, bytes[at + 7]! * 256 + bytes[at + 8]!];
    at += 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
  throw new Error('it has no frame');
}

function withoutAlpha({ channels, bytes, ...size }: ImageFile): ImageFile {
  if (channels === 1 || channels === 3) return { ...size, channels, bytes };
  return { ...size, channels: channels - 1, bytes: bytes.filter((_, i) => i % channels !== channels - 1) };
}

function checkSize(width: number, height: number, where: string): void {
  if (width * height <= MOST_PIXELS) return;
  throw nodeFault(
    'SF7114',
    `${where} is an image of ${width} x ${height} pixels.`,
    'Bring it to a smaller size first.',
  );
}
