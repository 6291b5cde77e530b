import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frames, LineJoiner } from './log-lines';

const frame = fc.record({ stream: fc.constantFrom(1, 2), bytes: fc.uint8Array({ maxLength: 40 }).map(Buffer.from) });

function encode(frames: { stream: number; bytes: Buffer }[]): Buffer {
  return Buffer.concat(
    frames.flatMap(({ stream, bytes }) => {
      const header = Buffer.alloc(8);
      header.writeUInt8(stream);
      header.writeUInt32BE(bytes.length, 4);
      return [header, bytes];
    }),
  );
}

describe('frames', () => {
  it('give the same bytes of each stream however the connection cuts them', () => {
    fc.assert(
      fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 20 })), (frames, cuts) => {
        const wire = encode(frames);
        const reader = new Frames();
        const read = new Map([1, 2].map((stream) => [stream, [] as Buffer[]]));
        let at = 0;
        for (const cut of [...cuts, wire.length]) {
          for (const [stream, bytes] of reader.push(wire.subarray(at, at + cut))) read.get(stream)?.push(bytes);
          at += cut;
        }
        for (const stream of [1, 2]) {
          const sent = frames.filter((one) => one.stream === stream).map(({ bytes }) => bytes);
          expect(Buffer.concat(read.get(stream) ?? [])).toEqual(Buffer.concat(sent));
        }
      }),
    );
  });
});

describe('joined lines', () => {
  const chunk = fc.record({
    stream: fc.constantFrom(1, 2),
    text: fc.stringMatching(/^[a-z]{0,5}\n?[a-z]{0,3}\n?$/),
  });

  it('lose nothing, and keep the order within a stream', () => {
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const joiner = new LineJoiner();
        // Each stream has its own letters: what it wrote can be told apart in the joined text.
        const own = chunks.map(({ stream, text }) => ({ stream, text: stream === 1 ? text : text.toUpperCase() }));
        const out = own.flatMap(({ stream, text }) => joiner.push(stream, Buffer.from(text))).concat(joiner.flush());
        const joined = Buffer.concat(out).toString();
        const letters = (pattern: RegExp, text: string) => text.replace(pattern, '');
        const sent = (stream: number) =>
          own
            .filter((one) => one.stream === stream)
            .map(({ text }) => text)
            .join('');
        expect(letters(/[^a-z]/g, joined)).toBe(letters(/[^a-z]/g, sent(1)));
        expect(letters(/[^A-Z]/g, joined)).toBe(letters(/[^A-Z]/g, sent(2)));
        expect(joined.length).toBe(own.reduce((sum, { text }) => sum + text.length, 0));
      }),
    );
  });

  it('never mix two streams in a line while both end their lines', () => {
    fc.assert(
      fc.property(fc.array(chunk), (chunks) => {
        const joiner = new LineJoiner();
        const own = chunks.map(({ stream, text }) => ({ stream, text: stream === 1 ? text : text.toUpperCase() }));
        for (const stream of [1, 2] as const) own.push({ stream, text: '\n' });
        const out = own.flatMap(({ stream, text }) => joiner.push(stream, Buffer.from(text))).concat(joiner.flush());
        for (const line of Buffer.concat(out).toString().split('\n')) expect(line).toMatch(/^([a-z]*|[A-Z]*)$/);
      }),
    );
  });

  it('break a line that does not end rather than hold the other stream for ever', () => {
    const joiner = new LineJoiner();
    joiner.push(1, Buffer.from('no end'));
    let written = 0;
    for (let times = 0; times < 100; times++)
      written += joiner.push(2, Buffer.alloc(1024, 'x')).reduce((sum, bytes) => sum + bytes.length, 0);
    expect(written).toBeGreaterThan(0);
  });
});
