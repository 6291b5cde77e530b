import { nodeFault } from '../faults';
import { type NumberType, sizeOf } from './column';
import { type NdArray, numbersOf } from './npy';

const TYPES = new Map<number, [NumberType, number]>([
  [0x08, ['uint8', 1]],
  [0x09, ['int8', 1]],
  [0x0b, ['int16', 2]],
  [0x0c, ['int32', 4]],
  [0x0d, ['float32', 4]],
  [0x0e, ['float64', 8]],
]);

export const isIdx = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0 && TYPES.has(bytes[2] ?? 0) && bytes[3]! >= 1 && bytes[3]! <= 8;

/**
 * Reads an idx file (the format of MNIST): big endian, its sides in the header.
 *
 * @throws SF7111 where header and content disagree.
 */
export function readIdx(bytes: Uint8Array, where: string): NdArray {
  const sides = bytes[3]!;
  const start = 4 + 4 * sides;
  const [type, width] = TYPES.get(bytes[2]!)!;
  if (bytes.length < start) throw nodeFault('SF7111', `${where} is no whole idx file: its header is cut off.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: sides }, (_, i) => view.getUint32(4 + 4 * i));
  const count = sizeOf(shape);
  const found = bytes.length - start;
  if (found !== count * width) {
    const says = `its header says ${shape.join(' x ')} (${count * width} bytes), it has ${found} bytes`;
    throw nodeFault('SF7111', `${where} is no whole idx file: ${says}.`);
  }
  return { type, shape, values: numbersOf(bytes.subarray(start), type, count, true) };
}
