import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../engine/runtimes';
import { makeBaseImages, STAND_INS } from './base-images';
import { leavePids, startDaemon, stopDaemon } from './daemon';
import { dockerBench, logOf, result, sh, untilLogged } from './docker-bench';
import { run } from './run';
import { type SocketProxy, startProxy } from './socket-proxy';

const { suite, host, make, attempt } = await dockerBench();

suite('a daemon behind a bad network', () => {
  let proxy: SocketProxy;
  let runtime: Runtime;
  beforeAll(async () => {
    proxy = await startProxy(host.replace('unix://', ''));
    runtime = make({ dockerHost: proxy.host });
  });
  afterAll(() => proxy.close());

  const counting = () => sh('i=0; while [ $i -lt 30 ]; do echo line $i; i=$((i+1)); sleep 0.1; done; exit 4');
  const whole = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('');

  it('goes on when the connection is cut and comes back', async () => {
    const one = await attempt(runtime, counting());
    await runtime.start(one);
    const waiting = runtime.wait(one);
    await untilLogged(one, 'line 3');
    proxy.cut();
    await sleep(1500);
    proxy.heal();
    expect(await waiting).toMatchObject({ code: 4 });
    expect(await logOf(one)).toBe(whole);
    await runtime.closeRun(one);
  });

  it('notices a connection that died without a word', async () => {
    const one = await attempt(runtime, counting());
    await runtime.start(one);
    const waiting = runtime.wait(one);
    await untilLogged(one, 'line 3');
    proxy.silence();
    await sleep(4000);
    proxy.heal();
    expect(await waiting).toMatchObject({ code: 4 });
    expect(await logOf(one)).toBe(whole);
    await runtime.closeRun(one);
  });

  it.each([/POST \/containers\/create/, /POST \/containers\/[^/]+\/start/])(
    'starts once when the answer is lost: %s',
    async (request) => {
      const one = await attempt(runtime, sh('echo x >> /scanflow/outputs/count; echo said'));
      await runtime.openRun(one);
      await runtime.start({ ...one, number: 9 });
      proxy.loseAnswerOf(request);
      await runtime.start(one);
      expect(await runtime.wait(one)).toMatchObject({ code: 0 });
      expect(await readFile(path.join(one.directory, 'outputs/count'), 'utf8')).toMatch(/^(x\n){2}$/); // number 9 wrote one
      await runtime.closeRun(one);
    },
  );

  it('says which daemon does not answer', async () => {
    const gone = make({ dockerHost: 'tcp://127.0.0.1:9' });
    await expect(gone.check()).rejects.toMatchObject({
      fault: { code: 'SF4001', class: 'environment', message: expect.stringContaining('tcp://127.0.0.1:9') },
    });
    await expect(make({ dockerHost: 'unix:///nowhere/docker.sock' }).check()).rejects.toMatchObject({
      fault: { code: 'SF4001' },
    });
  });
});

const canStart = process.platform === 'linux' && process.getuid?.() === 0;
const needs = canStart ? '' : ' (a daemon of its own needs Linux and root)';
(canStart ? suite : describe.skip)(`a daemon that restarts${needs}`, () => {
  // A bridge of its own: `--bridge none` would take docker0 away from the daemon beside it.
  const bridge = 'scanflow-two';
  const flags = ['--bridge', bridge, '--iptables=false', '--log-opt', 'max-size=10k'];
  let second: string;
  let runtime: Runtime;
  beforeAll(async () => {
    await run('sh', ['-c', `ip link show ${bridge} || ip link add ${bridge} type bridge`]);
    await run('sh', ['-c', `ip addr replace 10.213.77.1/24 dev ${bridge} && ip link set ${bridge} up`]);
    second = await startDaemon('second', flags);
    await makeBaseImages(new Docker({ socketPath: second, host: undefined }), ['scanflow/busybox:local']);
    runtime = make({ dockerHost: `unix://${second}`, images: STAND_INS });
  });
  afterAll(() => stopDaemon('second'));

  it('starts though a machine that went down has left pids that other processes have now', async () => {
    await stopDaemon('second');
    leavePids('second', process.pid);
    expect(await startDaemon('second', flags)).toBe(second);
  });

  it('keeps all that a node says, though it is told to keep the last of it', async () => {
    const one = await attempt(runtime, sh('i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done'));
    await runtime.start(one);
    expect(await runtime.wait(one)).toMatchObject({ code: 0 });
    const whole = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join('');
    expect(await logOf(one)).toBe(whole);
    const next = make({ dockerHost: `unix://${second}`, images: STAND_INS });
    expect(await next.wait(one)).toMatchObject({ code: 0 });
    expect(await logOf(one)).toBe(whole);
    await runtime.closeRun(one);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'calls a node that went down with it lost, not failed (%s)',
    async (signal) => {
      const one = await attempt(runtime, sh('echo ready; sleep 100'));
      await runtime.start(one);
      await untilLogged(one, 'ready');
      const waiting = runtime.wait(one).catch((error) => error);
      await stopDaemon('second', signal);
      await startDaemon('second', flags);
      expect(await waiting).toMatchObject({ fault: { code: 'SF4007' } });
      await runtime.closeRun(one);
      const after = await attempt(runtime, sh('echo after'));
      expect(await result(runtime, after)).toMatchObject({ code: 0 });
    },
  );
});
