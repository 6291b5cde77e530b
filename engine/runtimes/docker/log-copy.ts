import { constants } from 'node:fs';
import { access, type FileHandle, open as openFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Container } from 'dockerode';
import { readAttemptFile } from '../attempt-file';
import { masker, secretsIn } from '../masking';
import { Frames, LineJoiner } from './log-lines';

/** How long one stream may wait for the other's line. Milliseconds. */
const PATIENCE = 200;

/** A container's output on its way into the attempt's `log`. */
export interface LogCopy {
  /** True when the stream came to its end and all of it is in the file. */
  ended: Promise<boolean>;
  /** When that was (`performance.now()`); null while it goes on. */
  endedAt: number | null;
  /** When the stream last brought something that is in the file by now (`performance.now()`). */
  heardAt: number;
  stop(): void;
}

/** Joins a container that was not started yet: nothing of its output can be missed. */
export async function attachLog(container: Container, directory: string): Promise<LogCopy> {
  const file = await openLog(directory);
  // What the engine wrote before the program began is kept when the rest is written again.
  await writeFile(beginning(directory), String((await file.stat()).size));
  return copy(file, secretsIn(directory), () => container.attach({ stream: true, stdout: true, stderr: true }));
}

/**
 * Writes the whole output again, and follows it to its end: for a container that another engine started.
 *
 * @param signal Gives up, as long as the daemon has not answered.
 */
export async function rewriteLog(container: Container, directory: string, signal: AbortSignal): Promise<LogCopy> {
  const file = await openLog(directory);
  return copy(file, secretsIn(directory), async () => {
    const stream = await container.logs({ follow: true, stdout: true, stderr: true, abortSignal: signal });
    const kept = Number(await readAttemptFile(beginning(directory), 32).catch(() => '0'));
    await file.truncate(Math.min(kept, (await file.stat()).size));
    return stream;
  });
}

/** Was a container of this attempt ever about to start? */
export async function hadLog(directory: string): Promise<boolean> {
  return access(beginning(directory)).then(
    () => true,
    () => false,
  );
}

export async function forgetLog(directory: string): Promise<void> {
  await rm(beginning(directory), { force: true });
}

/** The program can write beside its log: a link or folder that it puts in its place is not followed, but replaced. */
async function openLog(directory: string): Promise<FileHandle> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;
  const place = path.join(directory, 'log');
  const open = () => openFile(place, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o644);
  try {
    return await open();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ELOOP' && code !== 'EISDIR') throw error;
    await rm(place, { recursive: true, force: true });
    return open();
  }
}

function beginning(directory: string): string {
  return path.join(directory, 'runtime', 'log-beginning');
}

async function copy(
  file: FileHandle,
  secrets: readonly string[],
  connect: () => Promise<NodeJS.ReadableStream>,
): Promise<LogCopy> {
  const mask = masker(secrets);
  const stream = (await connect().catch(async (error) => {
    await file.close();
    throw error;
  })) as Readable;
  const frames = new Frames();
  const lines = new LineJoiner();
  let writing: Promise<unknown> = Promise.resolve();
  let failed = false;
  const write = (plain: Buffer[]) => {
    const buffers = secrets.length === 0 ? plain : plain.map((bytes) => mask.push(bytes));
    return append(buffers.filter(({ length }) => length > 0));
  };
  const append = (buffers: Buffer[]) => {
    if (buffers.length === 0) return writing;
    // After a failed write (a full disk) the output is still read, so that the program is not blocked.
    writing = writing
      .then(() => (failed ? null : file.writev(buffers)))
      .catch(() => {
        failed = true;
      });
    return writing;
  };
  async function run(): Promise<boolean> {
    /** Runs from the first piece that is held: what keeps coming, as a bar of progress does, does not set it back. */
    let timer: NodeJS.Timeout | undefined;
    const release = () => {
      timer = undefined;
      void write(lines.flush());
    };
    try {
      for await (const chunk of stream) {
        await write([...frames.push(chunk as Buffer)].flatMap(([from, bytes]) => lines.push(from, bytes)));
        log.heardAt = performance.now();
        if (lines.holds) timer ??= setTimeout(release, PATIENCE);
        else {
          clearTimeout(timer);
          timer = undefined;
        }
      }
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      await write(lines.flush());
      await append([mask.flush()].filter(({ length }) => length > 0));
      await file.close();
    }
  }
  const log: LogCopy = {
    ended: Promise.resolve(false),
    endedAt: null,
    heardAt: performance.now(),
    stop: () => stream.destroy(),
  };
  log.ended = run().then((ended) => {
    log.endedAt = performance.now();
    return ended && !failed;
  });
  return log;
}
