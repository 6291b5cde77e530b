import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeOptions } from './options';
import type { AttemptSpec, Environment, Layout, ProgramSpec, Runtime } from './runtime';

/** A runtime under test. */
export interface Candidate {
  name: 'process' | 'docker';
  /** A new one: a new engine. */
  make(): Runtime;
  /** Given to a second operating-system process, which makes the same runtime. */
  options: RuntimeOptions;
  /** An environment with `sh`, `cat`, `head`, `tr` and `sleep`. */
  program: ProgramSpec;
  /** Takes a running attempt away behind the runtime's back. */
  destroy(attempt: AttemptSpec): Promise<void>;
  /** Whether the runtime can keep a program of root from writing to its inputs. */
  readOnlyInputs: boolean;
}

/**
 * What every runtime must do. One suite for all of them.
 *
 * @param candidate Called once, when the tests run.
 */
export function conformance(title: string, candidate: () => Promise<Candidate>): void {
  describe(title, () => {
    const workspace = randomBytes(6).toString('hex');
    const runs = new Set<string>();
    let tested: Candidate;
    let runtime: Runtime;
    let environment: Environment;
    let folder: string;

    beforeAll(async () => {
      tested = await candidate();
      runtime = tested.make();
      await runtime.check();
      // A name with what shells, mount strings and patterns trip over.
      folder = path.join(await realpath(await mkdtemp(path.join(os.tmpdir(), 'scanflow-'))), "a b:c,d'é$(x) 日本");
      await mkdir(folder);
      environment = await runtime.prepare(tested.program, () => {}, new AbortController().signal);
    });

    afterEach(async () => {
      for (const run of runs) await runtime.closeRun({ workspace, run });
      runs.clear();
    });

    afterAll(async () => {
      if (folder) await rm(path.dirname(folder), { recursive: true, force: true });
    });

    /** An attempt as the engine makes it; `command` gets the layout. */
    async function attempt(
      command: string[] | ((layout: Layout) => string[]),
      more: Partial<AttemptSpec> = {},
    ): Promise<AttemptSpec> {
      const run = more.run ?? randomUUID();
      const directory = path.join(folder, randomUUID());
      const cache = path.join(folder, 'cache');
      for (const name of ['work', 'inputs', 'outputs', 'secrets'])
        await mkdir(path.join(directory, name), { recursive: true });
      await writeFile(path.join(directory, 'params.json'), '{"parameters":{"a":1}}');
      await mkdir(cache, { recursive: true });
      if (!runs.has(run)) {
        runs.add(run);
        await runtime.openRun({ workspace, run });
      }
      const layout = runtime.layout(directory, cache);
      return {
        workspace,
        run,
        step: 'cnn[lr=0.1, name=a b "é"]@training',
        number: 1,
        directory,
        cache,
        environment,
        builtin: null,
        command: typeof command === 'function' ? command(layout) : command,
        env: {},
        inputs: [],
        resources: {},
        network: 'run',
        ...more,
      };
    }
    const sh = (script: string, ...args: string[]) => ['sh', '-c', script, 'sh', ...args];
    const log = (one: AttemptSpec) => readFile(path.join(one.directory, 'log'));
    async function running(one: AttemptSpec, text: string): Promise<void> {
      while (!(await log(one)).includes(text)) await sleep(20);
    }
    async function run(one: AttemptSpec) {
      await runtime.start(one);
      const exit = await runtime.wait(one);
      return exit;
    }

    it('runs a program to its end', async () => {
      const one = await attempt(sh('echo hello'));
      expect(await runtime.inspect(one)).toBe('absent');
      const exit = await run(one);
      expect(exit).toMatchObject({ code: 0, signal: null, outOfMemory: false });
      expect(Date.parse(exit.endedAt)).toBeGreaterThanOrEqual(Date.parse(exit.startedAt));
      expect(await runtime.inspect(one)).toBe('exited');
      expect(String(await log(one))).toBe('hello\n');
      await runtime.release(one);
      await runtime.release(one);
    });

    it.each([1, 2, 100, 126, 127, 128, 255])('tells the exit code %i', async (code) => {
      expect(await run(await attempt(sh(`exit ${code}`)))).toMatchObject({ code, signal: null });
    });

    it.each(['KILL', 'SEGV', 'TERM'])('tells the signal %s', async (signal) => {
      expect(await run(await attempt(sh(`kill -${signal} $$; sleep 60`)))).toMatchObject({
        code: null,
        signal: `SIG${signal}`,
      });
    });

    it('keeps every byte of both streams in the log', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const one = await attempt((layout) => sh('cat "$1/all"; echo to-stderr >&2; cat "$1/all" >&2', layout.work));
      await writeFile(path.join(one.directory, 'work/all'), bytes);
      await run(one);
      const written = await log(one);
      expect(written.length).toBe(2 * 256 + 10);
      expect(written.includes(bytes)).toBe(true);
      expect(written.includes('to-stderr\n')).toBe(true);
    });

    it('keeps a line of 5 MB, and what comes last', async () => {
      const size = 5 << 20;
      const one = await attempt(sh(`head -c ${size} /dev/zero | tr '\\0' x; echo; echo last`));
      await run(one);
      const written = await log(one);
      expect(written.length).toBe(size + 6);
      expect(written.subarray(-6).toString()).toBe('\nlast\n');
    });

    it('starts in the working directory, with the files of the contract at their places', async () => {
      const one = await attempt((at) =>
        sh(
          'pwd; cat script.txt "$1"; echo out > "$2/y.csv"; echo p > "$3"; echo t > "$4"',
          at.params,
          at.outputs,
          at.progress,
          at.task,
        ),
      );
      await writeFile(path.join(one.directory, 'work/script.txt'), 'script\n');
      expect(await run(one)).toMatchObject({ code: 0 });
      const { work } = runtime.layout(one.directory, one.cache);
      expect(String(await log(one))).toBe(`${work}\nscript\n{"parameters":{"a":1}}`);
      for (const [name, text] of [
        ['outputs/y.csv', 'out\n'],
        ['progress', 'p\n'],
        ['task.json', 't\n'],
      ] as const)
        expect(await readFile(path.join(one.directory, name), 'utf8')).toBe(text);
    });

    it('writes files that belong to the user', async () => {
      const one = await attempt((at) =>
        sh('mkdir "$1/d"; echo 1 > "$1/d/f"; echo 2 > "$2/kept"; echo "$HOME" > "$HOME/.probe"', at.outputs, at.cache),
      );
      expect(await run(one)).toMatchObject({ code: 0 });
      for (const file of [path.join(one.directory, 'outputs/d/f'), path.join(one.cache, 'kept')])
        expect((await stat(file)).uid).toBe(process.getuid?.());
    });

    it('keeps the cache between attempts', async () => {
      await run(await attempt((at) => sh('echo kept > "$1/thing"', at.cache)));
      const second = await attempt((at) => sh('cat "$1/thing"', at.cache));
      await run(second);
      expect(String(await log(second))).toBe('kept\n');
    });

    it('shows inputs at their places', async () => {
      const source = path.join(folder, 'in put');
      await mkdir(path.join(source, 'sub'), { recursive: true });
      await writeFile(path.join(source, 'file,1.txt'), 'one\n');
      await writeFile(path.join(source, 'sub/deep'), 'two\n');
      const one = await attempt(
        // Silent: what comes over two streams has no order between them.
        (at) => sh('cd "$1"; cat data model/sub/deep many/0 many/1; { echo x >> data; } 2> /dev/null', at.inputs),
        {
          inputs: [
            { name: 'data', source: path.join(source, 'file,1.txt') },
            { name: 'model', source },
            { name: 'many/0', source: path.join(source, 'file,1.txt') },
            { name: 'many/1', source: path.join(source, 'sub/deep') },
          ],
        },
      );
      const exit = await run(one);
      expect(String(await log(one))).toContain('one\ntwo\none\ntwo\n');
      expect(await runtime.changedInputs(one)).toEqual(tested.readOnlyInputs ? [] : ['data', 'model', 'many/0']);
      if (tested.readOnlyInputs) {
        expect(exit.code).not.toBe(0);
        expect(await readFile(path.join(source, 'file,1.txt'), 'utf8')).toBe('one\n');
      }
    });

    it('passes arguments and variables as they are', async () => {
      const odd = ['', ' ', 'a b', '$(touch x)', '`id`', ';', "'", '"', '*', '日本', 'line\nbreak', '--', '-c', '\\'];
      const one = await attempt(sh('for x in "$@"; do printf "<%s>" "$x"; done; printf "{%s}" "$ODD"', ...odd), {
        env: { ODD: `a\n$(id) 'b' "é"` },
      });
      await run(one);
      expect(String(await log(one))).toBe(`${odd.map((text) => `<${text}>`).join('')}{a\n$(id) 'b' "é"}`);
    });

    it('answers a command that does not exist', async () => {
      const started = attempt(['no-such-program', '-x']).then(run);
      await expect(started).rejects.toMatchObject({ fault: { code: 'SF4004' } });
      // A builtin of shells is no program.
      await expect(attempt(['export']).then(run)).rejects.toMatchObject({ fault: { code: 'SF4004' } });
    });

    it('answers a command that is not executable', async () => {
      const one = await attempt(['./data.txt']);
      await writeFile(path.join(one.directory, 'work/data.txt'), 'text', { mode: 0o644 });
      await expect(run(one)).rejects.toMatchObject({ fault: { code: 'SF4005' } });
    });

    it('stops a program that listens', async () => {
      const one = await attempt(sh('trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.05; done'));
      await runtime.start(one);
      await running(one, 'ready');
      expect(await runtime.inspect(one)).toBe('running');
      const end = runtime.wait(one);
      await runtime.stop(one, 30);
      expect(await runtime.inspect(one)).toBe('exited');
      expect(await end).toMatchObject({ code: 5 });
      expect(String(await log(one))).toContain('bye\n');
    });

    it('kills a program that does not listen, and its children', async () => {
      const one = await attempt((at) =>
        sh(
          'trap "" TERM; (while :; do date > "$1/beat"; sleep 0.05; done) & echo ready; while :; do sleep 0.05; done',
          at.outputs,
        ),
      );
      await runtime.start(one);
      await running(one, 'ready');
      const end = runtime.wait(one);
      await runtime.stop(one, 0.3);
      await runtime.stop(one, 0.3);
      expect(await end).toMatchObject({ code: null, signal: 'SIGKILL', outOfMemory: false });
      await runtime.release(one);
      const beat = path.join(one.directory, 'outputs/beat');
      await rm(beat, { force: true });
      await sleep(200);
      await expect(stat(beat)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('stops what never started', async () => {
      await runtime.stop(await attempt(sh('exit 0')), 1);
    });

    it('starts an attempt once, however often it is asked', async () => {
      const one = await attempt((at) => sh('echo x >> "$1/count"; sleep 0.3', at.outputs));
      const other = tested.make();
      await Promise.all([runtime.start(one), other.start(one)]);
      await runtime.start(one);
      await Promise.all([runtime.wait(one), other.wait(one)]);
      await tested.make().start(one);
      expect(await runtime.wait(one)).toMatchObject({ code: 0 });
      expect(await readFile(path.join(one.directory, 'outputs/count'), 'utf8')).toBe('x\n');
    });

    it('lets another engine wait, before and after the end', async () => {
      const one = await attempt(sh('echo first; sleep 0.5; echo second; exit 7'));
      await runtime.start(one);
      expect(await tested.make().wait(one)).toMatchObject({ code: 7 });
      expect(await tested.make().wait(one)).toMatchObject({ code: 7 });
      expect(await runtime.wait(one)).toMatchObject({ code: 7 });
      expect(String(await log(one))).toBe('first\nsecond\n');
    });

    it.each(['while it runs', 'after it ended'])('loses nothing when the engine is killed %s', async (when) => {
      const one = await attempt((at) =>
        sh(
          'echo x >> "$1/count"; i=0; while [ $i -lt 20 ]; do echo line $i; i=$((i+1)); sleep 0.05; done; exit 3',
          at.outputs,
        ),
      );
      await killedEngine(tested, one);
      if (when === 'after it ended') await sleep(2000);
      const next = tested.make();
      await next.openRun(one);
      await next.start(one);
      expect(await next.wait(one)).toMatchObject({ code: 3 });
      expect(String(await log(one))).toBe(Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join(''));
      expect(await readFile(path.join(one.directory, 'outputs/count'), 'utf8')).toBe('x\n');
      await next.release(one);
    });

    it('says that an attempt is lost', async () => {
      const one = await attempt(sh('echo ready; sleep 60'));
      await killedEngine(tested, one);
      // Waiting also brings what the program has said since.
      const waiting = runtime.wait(one).then(
        ({ signal }) => signal,
        ({ fault }) => fault.code,
      );
      await running(one, 'ready');
      await tested.destroy(one);
      // A container is killed before it goes, and may be seen between.
      expect(['SF4007', tested.name === 'docker' ? 'SIGKILL' : null]).toContain(await waiting);
      expect(await tested.make().inspect(one)).toBe('lost');
      await expect(tested.make().wait(one)).rejects.toMatchObject({ fault: { code: 'SF4007' } });
    });

    it('leaves nothing of a closed run', async () => {
      const [one, two] = [await attempt(sh('echo ready; sleep 60')), await attempt(sh('echo ready; sleep 60'))];
      await runtime.start(one);
      await killedEngine(tested, two);
      const ended = runtime.wait(two).catch(() => {});
      await Promise.all([running(one, 'ready'), running(two, 'ready')]);
      for (const each of [one, two]) {
        await runtime.closeRun(each);
        await runtime.closeRun(each);
        expect(await runtime.inspect(each)).not.toBe('running');
      }
      await ended;
    });

    it('ends with the run what a program has sent to the background', async (test) => {
      if (tested.name === 'process' && process.platform !== 'linux')
        return test.skip('only Linux finds what has left its group');
      const beating = 'while :; do date > "$0/beat"; sleep 0.05; done';
      const one = await attempt((at) => sh('setsid sh -c "$2" "$1" & sleep 0.2', at.outputs, beating));
      await run(one);
      await runtime.closeRun(one);
      const beat = path.join(one.directory, 'outputs/beat');
      await rm(beat); // it was there
      await sleep(200);
      await expect(stat(beat)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('sweeps only what is its own and dead', async () => {
      const [dead, live] = [await attempt(sh('echo ready; sleep 60')), await attempt(sh('echo ready; sleep 60'))];
      const foreign = await attempt(sh('echo ready; sleep 60'), { workspace: `${workspace}f` });
      await runtime.openRun(foreign);
      for (const each of [dead, live, foreign]) await runtime.start(each);
      await Promise.all([dead, live, foreign].map((each) => running(each, 'ready')));
      const goesOn = async (run: string) => run === live.run;
      const found = await tested.make().sweep(workspace, { goesOn, dryRun: true });
      const names = (one: AttemptSpec) => found.some((thing) => thing.endsWith(` of run ${one.run}`));
      expect([dead, live].map(names)).toEqual([true, false]);
      expect(await runtime.inspect(dead)).toBe('running');
      expect(await tested.make().sweep(workspace, { goesOn })).toEqual(found);
      expect(await tested.make().sweep(workspace, { goesOn })).toEqual([]);
      expect(await tested.make().inspect(dead)).not.toBe('running');
      expect(await runtime.inspect(live)).toBe('running');
      expect(await runtime.inspect(foreign)).toBe('running');
      await runtime.closeRun(foreign);
    });

    it('runs many at once', async () => {
      const opened = await attempt(sh('exit 0'));
      const all = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          attempt(sh(`echo ${index}; exit ${index}`), { run: opened.run, number: index + 1 }),
        ),
      );
      const exits = await Promise.all(all.map(run));
      expect(exits.map(({ code }) => code)).toEqual(all.map((_, index) => index));
      expect((await Promise.all(all.map(log))).map(String)).toEqual(all.map((_, index) => `${index}\n`));
      await Promise.all(all.map((each) => runtime.release(each)));
    });
  });
}

/** Starts an attempt in an engine of its own process, and kills that with -9 when the attempt has started. */
async function killedEngine(tested: Candidate, attempt: AttemptSpec): Promise<void> {
  const program = path.join(path.dirname(attempt.directory), 'engine.cjs');
  const entry = path.join(path.dirname(fileURLToPath(import.meta.url)), 'conformance-engine.ts');
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['cpu-features', '*.node'],
  });
  const { settings } = tested.options;
  const order = {
    runtime: tested.name,
    options: { ...tested.options, images: [...(settings.images ?? [])] },
    attempt,
  };
  const engine = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(engine.stdout, 'data');
  engine.kill('SIGKILL');
  await once(engine, 'exit');
}
