import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Environment } from '../../engine/runtimes';
import { attemptName, nameOf } from '../../engine/runtimes/docker/labels';
import { dockerBench, logOf, result, sh, untilLogged } from './docker-bench';

const { suite, docker, workspace, folder, make, attempt } = await dockerBench();

suite('containers that end badly', () => {
  const runtime = make();

  it('tells an exhausted memory limit from a kill', async () => {
    const hungry = sh('x=a; while :; do x="$x$x"; done');
    // On a busy machine Docker now and then loses the news that memory ran out: then nobody can tell.
    const told: boolean[] = [];
    while (told.length < 4 && !told.includes(true)) {
      const one = await attempt(runtime, hungry, { resources: { memory: 16 << 20 } });
      told.push((await result(runtime, one)).outOfMemory);
    }
    expect(told).toContain(true);
    const other = await attempt(runtime, sh('echo ready; sleep 60'), { resources: { memory: 64 << 20 } });
    await runtime.start(other);
    await untilLogged(other, 'ready');
    await docker.getContainer(attemptName(other)).kill({ signal: 'SIGKILL' });
    expect(await runtime.wait(other)).toMatchObject({ outOfMemory: false, code: null, signal: 'SIGKILL' });
    await runtime.closeRun(other);
  });

  it('enforces cpus, and takes no more than there are', async () => {
    const one = await attempt(runtime, sh('echo ready; sleep 60'), { resources: { cpus: 10_000 } });
    await runtime.start(one);
    const { HostConfig } = await docker.getContainer(attemptName(one)).inspect();
    expect(HostConfig.NanoCpus).toBe((await docker.info()).NCPU * 1e9);
    await runtime.closeRun(one);
  });

  it('says that there is no such device', async () => {
    const one = await attempt(runtime, sh('exit 0'), { resources: { gpus: 1 } });
    await expect(result(runtime, one)).rejects.toMatchObject({ fault: { code: 'SF4027' } });
  });

  it('says that an image has gone', async () => {
    const gone: Environment = { identity: '', description: '', handle: { image: 'scanflow/nodes:gone' } };
    const one = await attempt(runtime, sh('exit 0'), { environment: gone });
    await expect(result(runtime, one)).rejects.toMatchObject({ fault: { code: 'SF4020' } });
  });

  it('runs as the image says where there is no command', async () => {
    const one = await attempt(runtime, []);
    expect(await result(runtime, one)).toMatchObject({ code: 0 });
  });

  it('measures what runs long enough', async () => {
    const one = await attempt(
      runtime,
      sh('x=$(head -c 20000000 /dev/zero | tr "\\0" x); i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; sleep 2'),
    );
    const { cpuSeconds, memoryPeak } = await result(runtime, one);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(memoryPeak).toBeGreaterThan(10e6);
  });

  it('does not follow what a program puts in place of its log', async () => {
    const victim = path.join(folder, 'victim');
    await writeFile(victim, 'untouched');
    const one = await attempt(
      runtime,
      sh('echo first; rm /scanflow/log; ln -s ../victim /scanflow/log; echo second; sleep 1'),
    );
    await runtime.start(one);
    await untilLogged(one, 'untouched'); // the link is there
    expect(await make().wait(one)).toMatchObject({ code: 0 });
    expect(await logOf(one)).toBe('first\nsecond\n');
    await runtime.closeRun(one);
    expect(await readFile(victim, 'utf8')).toBe('untouched');
  });

  it('writes 200 MB of output in full, in little memory', async () => {
    const size = 200 << 20;
    const one = await attempt(runtime, sh(`yes ${'x'.repeat(999)} | head -c ${size}; echo end >&2`));
    const before = process.memoryUsage.rss();
    await runtime.start(one);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss() - before);
    }, 20);
    await runtime.wait(one);
    clearInterval(watch);
    await runtime.closeRun(one);
    expect((await stat(path.join(one.directory, 'log'))).size).toBe(size + 4);
    expect(most).toBeLessThan(100 << 20);
    await rm(one.directory, { recursive: true });
  });
});

suite('the network of a run', () => {
  const runtime = make();
  let server: Server;
  afterAll(() => server?.close());

  it('reaches the tracker by name, and no other run', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const opened = await runtime.openRun({ workspace, run: one });
    server = createServer((socket) => socket.end('tracker\n'));
    await new Promise<void>((resolve) => server.listen(0, opened.listen[0], resolve));
    const { port } = server.address() as { port: number };
    expect(opened.trackerHost).toBe('tracker');
    const ask = `nc -w 2 tracker ${port}`;
    // A service of one node in the run, and one in a run of its own.
    const serve = await attempt(runtime, sh('hostname -i; nc -ll -p 7777 -e echo secret'), {
      run: one,
      network: 'own',
      step: 'server@x',
    });
    await runtime.start(serve);
    await untilLogged(serve, '.');
    const address = (await logOf(serve)).trim().split('\n')[0];
    for (const network of ['run', 'own'] as const) {
      const asks = await attempt(runtime, sh(`${ask}; nc -w 2 ${address} 7777; nc -w 2 server 7777`), {
        run: one,
        network,
        step: `asks-${network}`,
      });
      await runtime.start(asks);
      await runtime.wait(asks);
      expect(await logOf(asks)).toBe('tracker\nsecret\nsecret\n');
    }
    const foreign = await attempt(runtime, sh(`nc -w 2 ${address} 7777; ls /sys/class/net`), { run: other });
    await runtime.start(foreign);
    await runtime.wait(foreign);
    expect(await logOf(foreign)).not.toContain('secret');
    const none = await attempt(runtime, sh('ls /sys/class/net'), { run: one, network: 'none', step: 'none' });
    await runtime.start(none);
    await runtime.wait(none);
    expect(await logOf(none)).toBe('lo\n');
    await runtime.closeRun({ workspace, run: one });
    await runtime.closeRun({ workspace, run: other });
    const left = { filters: { label: [`scanflow.run=${one}`] } };
    expect(await docker.listContainers({ all: true, ...left })).toEqual([]);
    expect(await docker.listNetworks(left)).toEqual([]);
  });

  it('comes back when its anchor has gone', async () => {
    const first = await attempt(runtime, sh('exit 0'));
    await runtime.start(first);
    await runtime.wait(first);
    await docker.getContainer(nameOf(first, 'scanflow.anchor')).remove({ force: true });
    const second = await attempt(runtime, sh('echo again'), { run: first.run, number: 2 });
    expect(await result(runtime, second)).toMatchObject({ code: 0 });
  });

  it('never removes what only bears our labels', async () => {
    const one = await attempt(runtime, sh('exit 0'));
    const labels = {
      'scanflow.workspace': workspace,
      'scanflow.run': one.run,
      'scanflow.node': 'x',
      'scanflow.attempt': '1',
    };
    const image = one.environment.handle.image;
    const foreign = await docker.createContainer({ Image: image, Labels: labels, name: `foreign-${one.run}` });
    try {
      await runtime.closeRun(one);
      await runtime.sweep(workspace, { goesOn: async () => false });
      expect((await foreign.inspect()).State.Status).toBe('created');
    } finally {
      await foreign.remove();
    }
  });
});
