import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from 'dockerode';
import { expect, it } from 'vitest';
import { attachLog } from './log-copy';

/** A piece of a stream as the daemon sends it. */
const frame = (stream: 1 | 2, text: string) =>
  Buffer.concat([Buffer.from([stream, 0, 0, 0, 0, 0, 0, text.length]), Buffer.from(text)]);

it('writes a line soon though the other stream draws a bar that never ends its line', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'scanflow-log-'));
  try {
    await mkdir(path.join(directory, 'runtime'));
    const output = new PassThrough();
    const copy = await attachLog({ attach: async () => output } as unknown as Container, directory);
    output.write(frame(2, '\r 0%'));
    output.write(frame(1, 'loss 0.5\n'));
    for (let step = 1; step < 20; step++) {
      await sleep(50);
      output.write(frame(2, `\r${step}%`));
    }
    expect(await readFile(path.join(directory, 'log'), 'utf8')).toContain('loss 0.5\n');
    output.end();
    await copy.ended;
  } finally {
    await rm(directory, { recursive: true });
  }
});
