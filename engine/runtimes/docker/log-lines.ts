/** What is held back of one stream while the other is in the middle of a line, at most. Bytes. */
const HELD = 1 << 16;

/**
 * Joins two streams into one file without breaking lines: while one has an unfinished line, the other waits for its end.
 * Every byte is kept; a line that does not end soon, or ever, is broken rather than held.
 */
export class LineJoiner {
  /** The stream that is in the middle of a line. */
  #open: number | null = null;
  #held: Buffer[] = [];
  #heldBytes = 0;

  /** @returns what to write now. */
  push(stream: number, bytes: Buffer): Buffer[] {
    if (this.#open !== null && this.#open !== stream && this.#heldBytes < HELD) {
      this.#held.push(bytes);
      this.#heldBytes += bytes.length;
      return [];
    }
    const before = this.#open !== null && this.#open !== stream ? this.flush() : [];
    const ended = bytes.at(-1) === 0x0a;
    this.#open = ended ? null : stream;
    return ended ? [...before, bytes, ...this.flush(OTHER.get(stream))] : [...before, bytes];
  }

  /** @returns what was held back. @param stream whose it is. */
  flush(stream: number | null = null): Buffer[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    if (held.length > 0) this.#open = held.at(-1)?.at(-1) === 0x0a ? null : stream;
    return held;
  }

  get holds(): boolean {
    return this.#held.length > 0;
  }
}

const OTHER = new Map([
  [1, 2],
  [2, 1],
]);

/** The frames in which Docker sends two streams over one connection: type, three zeros, length, bytes. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #stream = 0;
  #left = 0;

  /** Takes any cut of the connection's bytes; gives the parts of frames that are in it. */
  *push(chunk: Buffer): Generator<[stream: number, bytes: Buffer]> {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (bytes.length > 0) {
      if (this.#left === 0) {
        if (bytes.length < 8) break;
        this.#stream = bytes.readUInt8(0);
        this.#left = bytes.readUInt32BE(4);
        bytes = bytes.subarray(8);
        continue;
      }
      const part = bytes.subarray(0, this.#left);
      this.#left -= part.length;
      bytes = bytes.subarray(part.length);
      yield [this.#stream, part];
    }
    this.#rest = bytes;
  }
}
