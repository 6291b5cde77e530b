import { createInterface } from 'node:readline';

/** One line of what the daemon tells while it pulls, imports or builds. */
interface ProgressEvent {
  stream?: string;
  status?: string;
  id?: string;
  progressDetail?: { current?: number };
  error?: string;
}

/**
 * Reads a progress stream to its end; what is worth a line is told.
 *
 * @throws an Error with the daemon's words where it tells of one, or cuts the stream.
 */
export async function drain(stream: NodeJS.ReadableStream, progress: (line: string) => void = () => {}): Promise<void> {
  let cut: Error | null = null;
  stream.once('error', (error: Error) => {
    cut = error;
  });
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue;
    const event = JSON.parse(line) as ProgressEvent;
    if (event.error) throw new Error(event.error);
    tell(event, progress);
  }
  if (cut) throw cut;
}

function tell({ stream, status, id, progressDetail }: ProgressEvent, progress: (line: string) => void): void {
  const text = stream?.trim() ?? status;
  // A line a layer and state; the bars of bytes would be thousands.
  if (text && !progressDetail?.current) progress(id ? `${id}: ${text}` : text);
}
