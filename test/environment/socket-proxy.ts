import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP way to a daemon's socket that can fail like a network. */
export interface SocketProxy {
  /** As `DOCKER_HOST` says it. */
  host: string;
  /** Resets every connection and refuses new ones, until `heal`. */
  cut(): void;
  /** Keeps connections open and passes nothing on, until `heal`. */
  silence(): void;
  heal(): void;
  /** The next request that matches reaches the daemon; its answer does not come back, the connection is reset. */
  loseAnswerOf(pattern: RegExp): void;
  close(): Promise<void>;
}

export async function startProxy(socketPath: string): Promise<SocketProxy> {
  let state: 'whole' | 'cut' | 'silent' = 'whole';
  let lost: RegExp | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const daemon = connect(socketPath);
    let losing = false;
    for (const one of [client, daemon]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        client.destroy();
        daemon.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (lost?.test(bytes.toString('latin1'))) {
        losing = true;
        lost = null;
      }
      if (state !== 'silent') daemon.write(bytes);
    });
    daemon.on('data', (bytes) => {
      if (losing) client.resetAndDestroy();
      else if (state !== 'silent') client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const reset = () => {
    for (const one of sockets) one.destroy();
  };
  return {
    host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      state = 'cut';
      reset();
    },
    silence() {
      state = 'silent';
    },
    heal() {
      // What was silent has lost bytes: it can only begin anew.
      if (state === 'silent') reset();
      state = 'whole';
    },
    loseAnswerOf(pattern) {
      lost = pattern;
    },
    close() {
      reset();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
