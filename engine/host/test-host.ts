import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PROTOCOL, ScanflowError } from '../protocol';
import { connect } from './connect';
import { type FakeEngine, fakeEngine } from './fake-engine';
import type { Card, Surroundings } from './place';
import { type Host, type ServeOptions, serve } from './serve';

/** A fake engine behind a real socket, in folders of its own. */
export class TestHost {
  readonly workspace = mkdtempSync(path.join(os.tmpdir(), 'scanflow-ws-'));
  readonly runtime = mkdtempSync(path.join(os.tmpdir(), 'scanflow-rt-'));
  readonly around: Surroundings = {
    env: new Map([['XDG_RUNTIME_DIR', this.runtime]]),
    uid: process.getuid?.() ?? null,
    windows: false,
  };
  readonly options: ServeOptions = { workspace: this.workspace, version: '1.2.3', around: this.around };
  engine!: FakeEngine;
  host!: Host;

  /** Serves another engine from now on. */
  async serve(engine: FakeEngine = fakeEngine()): Promise<void> {
    await this.host?.dispose();
    this.engine = engine;
    this.host = await serve(engine, this.options);
  }

  get meeting(): string {
    return path.join(this.runtime, 'scanflow');
  }

  get cardFile(): string {
    return path.join(this.meeting, readdirSync(this.meeting).find((name) => name.endsWith('.json')) ?? 'none');
  }

  get card(): Card {
    return JSON.parse(readFileSync(this.cardFile, 'utf8')) as Card;
  }

  hello(token = this.card.token, protocol: number = PROTOCOL): Buffer {
    return frame({ jsonrpc: '2.0', id: 1, method: 'handshake', params: { protocol, token } });
  }

  connect(around = this.around) {
    return connect(this.workspace, around);
  }

  /** Writes bytes to the socket and collects what comes back until it is closed, or says `until`. */
  speak(bytes: Uint8Array, { cut = false, until = '' } = {}): Promise<string> {
    return new Promise((resolve) => {
      let heard = '';
      const socket = net.connect(this.host.address, () => (cut ? socket.end(bytes) : socket.write(bytes)));
      socket.on('data', (data) => {
        heard += data.toString('utf8');
        if (until !== '' && heard.includes(until)) socket.destroy();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
    });
  }

  /** Does the engine still answer a client? */
  async isAlive(): Promise<boolean> {
    const client = await this.connect();
    const answer = await client?.validate({ file: 'x' });
    await client?.dispose();
    return answer?.problems.length === 0;
  }

  async close(): Promise<void> {
    await this.host.dispose();
    for (const folder of [this.workspace, this.runtime]) rmSync(folder, { recursive: true, force: true });
  }
}

export function frame(message: unknown): Buffer {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** The fault that a promise is refused with. */
export async function faultOf(promise: Promise<unknown>): Promise<{ code: string; message: string; remedy: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ScanflowError) return error.fault;
    throw error;
  }
  throw new Error('nothing was thrown');
}
