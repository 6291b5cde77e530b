import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makingPrefix } from '../../engine/images/commit';
import { listImages, pruneImages } from '../../engine/images/inventory';
import { makerOf } from '../../engine/images/prepare';
import { type AttemptSpec, createDockerRuntime, type Environment, type ProgramSpec } from '../../engine/runtimes';
import { type DockerEnvironment, ensureDocker } from './docker';

const environment = await ensureDocker();
const suite = 'reason' in environment ? describe.skip : describe;
const title = 'reason' in environment ? `images (${environment.reason})` : 'images';

suite(title, () => {
  const { docker, settings } = environment as DockerEnvironment;
  const workspace = randomUUID();
  const made: string[] = [];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-images-'));
  });
  afterAll(async () => {
    for (const image of made)
      await docker
        .getImage(image)
        .remove({ force: true })
        .catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });

  const runtime = (more = {}) =>
    createDockerRuntime({
      root: folder,
      bundle: path.join(folder, 'dist/nodes.js'),
      settings: { ...settings, ...more },
    });
  async function prepare(program: ProgramSpec, lines: string[] = [], signal = new AbortController().signal, more = {}) {
    const prepared = await runtime(more).prepare(program, (line) => lines.push(line), signal);
    if (prepared.handle.image?.startsWith('scanflow/')) made.push(prepared.handle.image);
    return prepared;
  }
  const command = (rest: object): ProgramSpec => ({ kind: 'command', ...rest });

  /** Runs a command in an environment; gives its log. */
  async function output(prepared: Environment, words: string[], builtin: string | null = null): Promise<string> {
    const directory = path.join(folder, randomUUID());
    await mkdir(path.join(directory, 'work'), { recursive: true });
    const attempt: AttemptSpec = {
      workspace,
      run: randomUUID(),
      step: 'probe',
      number: 1,
      directory,
      cache: path.join(folder, 'cache'),
      environment: prepared,
      builtin,
      command: words,
      env: {},
      inputs: [],
      resources: {},
      network: 'none',
    };
    const one = runtime();
    try {
      await one.start(attempt);
      const { code } = await one.wait(attempt);
      const log = await readFile(path.join(directory, 'log'), 'utf8');
      if (code !== 0) throw new Error(`${code}: ${log}`);
      return log;
    } finally {
      await one.closeRun(attempt);
    }
  }

  it('puts the built-in nodes on the Node base, once for their content', async () => {
    await mkdir(path.join(folder, 'dist'), { recursive: true });
    await writeFile(
      path.join(folder, 'dist/nodes.js'),
      `console.log(process.argv[2], require('node:fs').readFileSync(__dirname + '/a.wasm', 'utf8'))`,
    );
    await writeFile(path.join(folder, 'dist/a.wasm'), 'wasm');
    const lines: string[] = [];
    const first = await prepare({ kind: 'builtin', name: 'x' }, lines);
    expect(lines).not.toHaveLength(0);
    expect(await output(first, [], 'scanflow/evaluator')).toBe('scanflow/evaluator wasm\n');
    lines.length = 0;
    expect(await prepare({ kind: 'builtin', name: 'y' }, lines)).toEqual(first);
    expect(lines).toEqual([]);
    await writeFile(path.join(folder, 'dist/a.wasm'), 'other');
  });

  it('installs requirements on the Python base, once for their text', async () => {
    const file = path.join(folder, 'requirements.txt');
    await writeFile(file, '-r more.txt\n# a comment\n');
    await writeFile(path.join(folder, 'more.txt'), 'six==1.17.0\n');
    const proxy = { no: ['nobody.invalid'] };
    const [first, second] = await Promise.all([
      prepare(command({ requirements: file })),
      prepare(command({ requirements: file })),
    ]);
    expect(second).toEqual(first);
    expect(await output(first, ['python3', '-c', 'import six; print(six.__version__)'])).toBe('1.17.0\n');
    // Neither the way to the index nor the waiting command is part of the image, or of its identity.
    const { Config } = await docker.getImage(first.handle.image ?? '').inspect();
    const history = JSON.stringify(await docker.getImage(first.handle.image ?? '').history());
    expect(JSON.stringify(Config)).not.toMatch(/proxy|CERT|sleep/i);
    expect(history).not.toMatch(/proxy|CERT/i);
    expect(Config.Labels).toMatchObject({ 'scanflow.image': 'requirements' });
    expect(await prepare(command({ requirements: file }), [], undefined, { proxy, caBundle: undefined })).toEqual(
      first,
    );
    await writeFile(path.join(folder, 'more.txt'), 'six==1.16.0\n');
    expect((await prepare(command({ requirements: file }))).identity).not.toBe(first.identity);
  });

  it('tells what pip says of requirements that do not exist', async () => {
    const file = path.join(folder, 'wrong.txt');
    await writeFile(file, 'scanflow-no-such-package-at-all==9\n');
    await expect(prepare(command({ requirements: file }))).rejects.toMatchObject({
      fault: { code: 'SF4011', message: expect.stringContaining('scanflow-no-such-package-at-all') },
    });
    expect(await docker.listContainers({ all: true, filters: { name: [makingPrefix(makerOf(folder))] } })).toEqual([]);
  });

  it('cancels an installation', async () => {
    const file = path.join(folder, 'large.txt');
    await writeFile(file, 'scipy==1.14.1\nscikit-learn==1.5.2\n');
    const stop = new AbortController();
    const lines: string[] = [];
    const waiting = runtime().prepare(
      command({ requirements: file }),
      (line) => {
        lines.push(line);
        if (/Collecting|Looking|Downloading/.test(line)) stop.abort();
      },
      stop.signal,
    );
    await expect(waiting).rejects.toMatchObject({ fault: { code: 'SF4013', class: 'cancelled' } });
  });

  it('builds a folder, once for its content', async () => {
    const place = path.join(folder, 'build me');
    await mkdir(path.join(place, 'sub'), { recursive: true });
    await writeFile(
      path.join(place, 'Dockerfile'),
      [
        'ARG UNUSED=1',
        'FROM busybox AS maker',
        'COPY . /all',
        'RUN find /all -mindepth 1 | sort > /list && /all/run.sh >> /list && cat /all/sub/link >> /list',
        'FROM python:3.12-slim',
        'COPY --from=maker /list /list',
        'COPY --from=busybox /bin/busybox /other',
        'CMD ["cat", "/list"]',
        '',
      ].join('\n'),
    );
    await writeFile(path.join(place, '.dockerignore'), '# what stays\n*.log\nsecret/\n!keep.log\n');
    await writeFile(path.join(place, 'a é.txt'), 'text');
    await writeFile(path.join(place, 'x.log'), 'no');
    await writeFile(path.join(place, 'keep.log'), 'yes');
    await mkdir(path.join(place, 'secret'));
    await writeFile(path.join(place, 'secret/key'), 'no');
    await writeFile(path.join(place, 'run.sh'), '#!/bin/sh\necho ran\n');
    await chmod(path.join(place, 'run.sh'), 0o755);
    await symlink('../a é.txt', path.join(place, 'sub/link'));
    const first = await prepare(command({ build: place }));
    const listed = await output(first, []);
    const own = listed.split('\n').filter((line) => !line.includes('.scanflow-certificates'));
    expect(own).toEqual([
      '/all/Dockerfile',
      '/all/a é.txt',
      '/all/keep.log',
      '/all/run.sh',
      '/all/sub',
      '/all/sub/link',
      'ran',
      'text',
    ]);
    const lines: string[] = [];
    expect(await prepare(command({ build: place }), lines)).toEqual(first);
    await writeFile(path.join(place, 'x.log'), 'changed, and ignored');
    expect(await prepare(command({ build: place }), lines)).toEqual(first);
    expect(lines).toEqual([]);
    await writeFile(path.join(place, 'keep.log'), 'changed');
    expect((await prepare(command({ build: place }))).identity).not.toBe(first.identity);
  });

  it('tells why a build fails', async () => {
    const place = path.join(folder, 'broken');
    await mkdir(place);
    await expect(prepare(command({ build: place }))).rejects.toMatchObject({ fault: { code: 'SF4025' } });
    await writeFile(path.join(place, 'Dockerfile'), 'FROM busybox\nRUN echo so it ends && exit 3\n');
    const lines: string[] = [];
    await expect(prepare(command({ build: place }), lines)).rejects.toMatchObject({
      fault: { code: 'SF4024', message: expect.stringMatching(/exit 3|code: 3/) },
    });
    expect(lines.join('\n')).toContain('so it ends');
  });

  it('builds what needs BuildKit', async () => {
    const place = path.join(folder, 'buildkit');
    await mkdir(place);
    await writeFile(
      path.join(place, 'Dockerfile'),
      'FROM busybox\nRUN --mount=type=cache,target=/c echo kit > /made\nCMD ["cat", "/made"]\n',
    );
    expect(await output(await prepare(command({ build: place })), [])).toBe('kit\n');
  });

  it('are listed with what they are for, and only those of ours are pruned', async () => {
    const rows = await listImages(docker, folder);
    const nodes = rows.find(({ made }) => made === 'nodes' && made !== null);
    expect(nodes).toMatchObject({ id: expect.stringMatching(/^sha256:/), size: expect.any(Number) });
    const built = rows.filter(({ usedBy }) => usedBy.some(({ of }) => of === path.join(folder, 'buildkit')));
    expect(built).toMatchObject([{ made: 'build' }]);
    const keep = new Set(rows.map(({ name }) => name).filter((name) => name !== built[0]?.name));
    const before = await docker.listImages();
    expect(await pruneImages(docker, keep)).toEqual([built[0]?.name]);
    expect(before.length - (await docker.listImages()).length).toBe(1);
    expect((await listImages(docker, folder)).find(({ name }) => name === built[0]?.name)).toMatchObject({ id: null });
  });
});
