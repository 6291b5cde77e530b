import type { Socket } from 'node:net';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc';
import { numbersBeside, putNumbers } from './numbers';

const HEADER_END = Buffer.from('\r\n\r\n');
const LONGEST_HEADER = 1024;

/**
 * Reads `Content-Length: n`, an empty line and n bytes of JSON, again and again, as language servers do. What differs
 * from the library's reader: both parts are bounded before they are kept, time is linear in the bytes whatever their
 * cuts, and the first mistake ends the stream: after one nobody knows where the next message begins.
 */
export class FrameReader extends AbstractMessageReader implements MessageReader {
  private header = Buffer.alloc(0);
  private chunks: Buffer[] = [];
  /** Bytes of the body that are still to come; null while a header is read. */
  private missing: number | null = null;
  private broken = false;

  /** @param limit Largest body in bytes at the moment: it may grow when a peer has said who it is. */
  constructor(
    private readonly socket: Socket,
    private readonly limit: () => number,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const onData = (data: Buffer) => {
      try {
        if (!this.broken) this.take(data, callback);
      } catch (error) {
        this.broken = true;
        this.header = Buffer.alloc(0);
        this.chunks = [];
        this.fireError(error);
      }
    };
    const onError = (error: Error) => this.fireError(error);
    const onClose = () => this.fireClose();
    this.socket.on('data', onData).on('error', onError).on('close', onClose);
    return Disposable.create(() => this.socket.off('data', onData).off('error', onError).off('close', onClose));
  }

  private take(data: Buffer, callback: DataCallback): void {
    let rest = data;
    while (rest.length > 0) {
      if (this.missing === null) {
        rest = this.takeHeader(rest);
      } else {
        const part = rest.subarray(0, this.missing);
        this.chunks.push(part);
        this.missing -= part.length;
        rest = rest.subarray(part.length);
      }
      if (this.missing === 0) {
        const body = Buffer.concat(this.chunks);
        this.chunks = [];
        this.missing = null;
        callback(parseMessage(body));
      }
    }
  }

  /** @returns what follows the header, empty while the header has no end. */
  private takeHeader(data: Buffer): Buffer {
    const known = this.header.length;
    this.header = Buffer.concat([this.header, data.subarray(0, LONGEST_HEADER + HEADER_END.length)]);
    const end = this.header.indexOf(HEADER_END);
    if (end < 0 ? this.header.length > LONGEST_HEADER : end > LONGEST_HEADER) throw new Error('a header without end');
    if (end < 0) return Buffer.alloc(0);
    const length = contentLength(this.header.toString('latin1', 0, end));
    if (length > this.limit()) throw new Error(`a message of ${length} bytes`);
    this.header = Buffer.alloc(0);
    this.missing = length;
    return data.subarray(end + HEADER_END.length - known);
  }
}

/**
 * Writes messages in the same form. Unlike the library's writer it knows how much the peer has not read yet, and ends the
 * connection of one that never does: what waits for it must not fill this process.
 */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  /** @param unread Bytes that may wait for the peer. */
  constructor(
    private readonly socket: Socket,
    private readonly unread: number,
  ) {
    super();
    socket.on('error', (error) => this.fireError(error)).on('close', () => this.fireClose());
  }

  async write(message: Message): Promise<void> {
    if (this.socket.destroyed || this.socket.writableEnded) throw new Error('the connection is closed');
    // Looked at before: one answer may be larger, if all that came before it was read.
    if (this.socket.writableLength > this.unread) this.fireError(new Error('a peer that does not read'), message);
    const numbers = numbersBeside(message);
    const body = Buffer.from(JSON.stringify(numbers === null ? message : { ...message, numbers }));
    this.socket.cork();
    this.socket.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.socket.write(body);
    this.socket.uncork();
  }

  end(): void {
    this.socket.end();
  }
}

function contentLength(header: string): number {
  let length: number | null = null;
  for (const line of header.split('\r\n')) {
    const match = /^([A-Za-z-]{1,40}): ?([\x20-\x7e]{0,200})$/.exec(line);
    if (!match) throw new Error('a header that is none');
    if (match[1]?.toLowerCase() !== 'content-length') continue;
    if (length !== null || !/^[0-9]{1,10}$/.test(match[2] ?? '')) throw new Error('a length that is none');
    length = Number(match[2]);
  }
  if (!length) throw new Error('a message without length');
  return length;
}

function parseMessage(body: Buffer): Message {
  // Lone halves of UTF-8 must not slip in as replacement characters: they would change names silently.
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('a message that is no object');
  const { numbers, ...message } = value as { [member: string]: unknown };
  if (numbers !== undefined) putNumbers(message, numbers);
  const { jsonrpc, id, method } = message;
  const addressed = id === undefined || id === null || typeof id === 'string' || Number.isSafeInteger(id);
  if (jsonrpc !== '2.0' || !addressed || (method !== undefined && typeof method !== 'string')) {
    throw new Error('a message that is no JSON-RPC 2.0');
  }
  return message as unknown as Message;
}
