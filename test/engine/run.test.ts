import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { states, workspace } from './workspace';

/** A program that copies what it gets and adds a word: small enough to see what ran. */
const append = `
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
const [word, out, ...inputs] = process.argv.slice(2);
const read = (file) => statSync(file).isDirectory() ? readdirSync(file).sort().map((name) => readFileSync(file + '/' + name, 'utf8')).join('+') : readFileSync(file, 'utf8');
writeFileSync(out, inputs.map(read).join('|') + word);
console.log('wrote ' + word);
`;

const twoPhases = `
scanflow: 1
name: two
labels: { nodes: [work], edges: [training, inference] }
parameters:
  word: { type: string, default: m }
sources:
  clean: clean.txt
  incoming: incoming.txt
executors:
  train:
    files: [append.mjs]
    command: [node, append.mjs, $(word), $(outputs.model), $(inputs.data)]
    inputs: { data: text }
    outputs: { model: { type: text, path: model.txt } }
  use:
    files: [append.mjs]
    command: [node, append.mjs, "!", $(outputs.y), $(inputs.model), $(inputs.data)]
    inputs: { model: text, data: text }
    outputs: { y: { type: text, path: y.txt } }
nodes:
  model: { executor: train }
  trial: { executor: use }
  live: { executor: use }
edges:
  - sources.clean -> model.data [training]
  - model.model -> trial.model [training]
  - sources.clean -> trial.data [training]
  - model.model -> live.model [inference]
  - sources.incoming -> live.data [inference]
`;

const files = { 'two.scanflow': twoPhases, 'append.mjs': append, 'clean.txt': 'c', 'incoming.txt': 'i' };

describe('a run', () => {
  it('executes each phase, supplies between them, and takes the second time from the cache', async () => {
    const place = workspace(files);
    const first = await place.run({ file: 'two.scanflow' });
    expect(first.fault).toBeNull();
    expect(first.state).toBe('succeeded');
    expect(states(first)).toEqual({
      'model@training': 'succeeded',
      'trial@training': 'succeeded',
      'model@inference': 'supplied',
      'live@inference': 'succeeded',
    });
    const second = await place.run({ file: 'two.scanflow' });
    expect(states(second)).toEqual({
      'model@training': 'cached',
      'trial@training': 'cached',
      'model@inference': 'supplied',
      'live@inference': 'cached',
    });
    const fresh = await place.run({ file: 'two.scanflow', fresh: true });
    expect(states(fresh)['model@training']).toBe('succeeded');
  });

  it('tells its nodes where nothing of earlier runs may be used', async () => {
    const place = workspace({
      'f.scanflow': `
scanflow: 1
name: f
executors:
  tell:
    command: [node, -e, "require('fs').writeFileSync(process.argv[1], String(process.env.SCANFLOW_FRESH))", $(outputs.o)]
    outputs: { o: file }
nodes: { a: { executor: tell } }
`,
    });
    const told = async (fresh?: boolean) => {
      const { run } = await place.run({ file: 'f.scanflow', fresh });
      const [output] = await (await place.engine()).outputs({ run, node: 'a' });
      return readFileSync(path.join(place.root, output!.path), 'utf8');
    };
    expect([await told(), await told(true)]).toEqual(['undefined', '1']);
  });

  it('explains which field missed the cache', async () => {
    const place = workspace(files);
    await place.run({ file: 'two.scanflow' });
    const run = await place.run({ file: 'two.scanflow', parameters: { word: 'n' } });
    const engine = await place.engine();
    const why = await engine.explain({ run: run.run, node: 'model' });
    expect(why[0]).toMatchObject({ verdict: 'miss', differs: [{ field: 'values.word', before: '"m"', after: '"n"' }] });
    const trial = await engine.explain({ run: run.run, node: 'trial' });
    expect(trial[0]!.differs.map(({ field }) => field)).toEqual(['inputs.model']);
  });

  it('explains a run by those before it, whatever ran since', async () => {
    const place = workspace(files);
    const runs = [];
    for (const word of ['m', 'n', 'o', 'p', 'm']) {
      runs.push((await place.run({ file: 'two.scanflow', phase: 'training', parameters: { word } })).run);
    }
    const engine = await place.engine();
    const explained = async (run: string) => (await engine.explain({ run, node: 'model' }))[0];
    expect(await explained(runs[0]!)).toMatchObject({ verdict: 'none', run: null, differs: [] });
    for (const [at, before, after] of [
      [1, '"m"', '"n"'],
      [2, '"n"', '"o"'],
    ] as const) {
      const why = { verdict: 'miss', run: runs[at - 1], differs: [{ field: 'values.word', before, after }] };
      expect(await explained(runs[at]!)).toMatchObject(why);
    }
    expect(await explained(runs[4]!)).toMatchObject({ verdict: 'hit', run: runs[0] });
  });

  it('names the phase to run first where nothing can supply', async () => {
    const place = workspace(files);
    await expect(place.run({ file: 'two.scanflow', phase: 'inference' })).rejects.toMatchObject({
      fault: { code: 'SF3020', class: 'request', remedy: expect.stringContaining('--phase training') },
    });
    await place.run({ file: 'two.scanflow', phase: 'training' });
    const run = await place.run({ file: 'two.scanflow', phase: 'inference' });
    expect(states(run)).toEqual({ 'model@inference': 'supplied', 'live@inference': 'succeeded' });
  });

  it('keeps the logs, and works on a snapshot', async () => {
    const place = workspace(files);
    const run = await place.run({ file: 'two.scanflow' });
    const logs = await (await place.engine()).logs({ run: run.run, node: 'model' });
    expect(logs).toEqual([{ node: 'model@training', attempt: 1, text: 'wrote m\n' }]);
    // What came from the cache has the log of the run that made it.
    await place.run({ file: 'two.scanflow' });
    const { run: third } = await place.run({ file: 'two.scanflow' });
    const engine = await place.engine();
    const cached = { node: 'model@training', run: run.run };
    expect(await engine.logs({ run: third, node: 'model' })).toEqual([{ ...cached, attempt: 1, text: 'wrote m\n' }]);
    expect((await engine.logs({ run: third }))[0]).toEqual({ ...cached, attempt: 0, text: '' });
  });

  it('says that a run has no such node, wherever one is asked for', async () => {
    const place = workspace(files);
    const { run } = await place.run({ file: 'two.scanflow', phase: 'training' });
    const engine = await place.engine();
    const refused = { fault: { code: 'SF3062', class: 'request' } };
    await expect(engine.explain({ run, node: 'modle' })).rejects.toMatchObject(refused);
    await expect(engine.logs({ run, node: 'modle' })).rejects.toMatchObject(refused);
    await expect(engine.inspect({ run, edge: 'modle -> trial' })).rejects.toMatchObject(refused);
    await expect(engine.inspect({ run, edge: 'live' })).rejects.toMatchObject(refused);
    expect(await engine.inspect({ run, edge: 'sources.clean -> model.data' })).toHaveLength(1);
  });

  it('skips what hangs on a failure, and goes on with the rest', async () => {
    const place = workspace({ ...files, 'append.mjs': `if (process.argv[2] === 'm') process.exit(7);${append}` });
    const run = await place.run({ file: 'two.scanflow' });
    expect(run.state).toBe('failed');
    expect(states(run)).toEqual({
      'model@training': 'failed',
      'trial@training': 'skipped',
      'model@inference': 'skipped',
      'live@inference': 'skipped',
    });
    expect(run.nodes[0]).toMatchObject({ exitCode: 7, fault: { code: 'SF3050' } });
    place.write({ 'append.mjs': append });
    const again = await place.run({ file: 'two.scanflow' });
    expect(again.state).toBe('succeeded');
  });

  it('runs only what a target needs', async () => {
    const place = workspace(files);
    const run = await place.run({ file: 'two.scanflow', to: ['trial'] });
    expect(Object.keys(states(run))).toEqual(['model@training', 'trial@training']);
    const only = await place.run({ file: 'two.scanflow', only: ['trial'] });
    expect(states(only)).toEqual({ 'model@training': 'supplied', 'trial@training': 'cached' });
  });

  it('survives a file that changes while it runs', async () => {
    const place = workspace(files);
    const engine = await place.engine();
    const { run } = await engine.run({ file: 'two.scanflow', runtime: 'process' });
    place.write({ 'append.mjs': 'process.exit(1)', 'clean.txt': 'changed' });
    expect((await engine.settled({ run })).state).toBe('succeeded');
  });

  it('shows where a source or a file is missing', async () => {
    const place = workspace({ 'two.scanflow': twoPhases });
    await expect(place.run({ file: 'two.scanflow' })).rejects.toMatchObject({
      fault: { code: 'SF3021', class: 'request' },
    });
    await expect(place.run({ file: '../x.scanflow' })).rejects.toMatchObject({ fault: { class: 'request' } });
  });

  it('gives no node what is in the store, and takes a whole workspace without it', async () => {
    const lists = `
import { readdirSync, writeFileSync } from 'node:fs';
const [, , out, folder] = process.argv;
const names = readdirSync(folder).sort().join(' ');
writeFileSync(out, names);
console.log(names);
`;
    const reading = (source: string, code: string) => `
scanflow: 1
name: whole
labels: { edges: [training] }
sources: { all: "${source}" }
executors:
  list:
    files: ["${code}"]
    command: [node, "${code === '.' ? './list.mjs' : code}", $(outputs.y), $(inputs.a)]
    inputs: { a: file }
    outputs: { y: { type: text, path: y } }
nodes:
  list: { executor: list }
edges:
  - sources.all -> list.a [training]
`;
    const place = workspace({ 'list.mjs': lists, 'data/a': 'a', 'data/.scanflow/tracker/secret': 'of another' });
    const engine = await place.engine();
    // What an environment of Python's has, too.
    symlinkSync('/usr/bin/env', path.join(place.root, '.scanflow/program'));
    symlinkSync('.scanflow', path.join(place.root, 'link'));
    for (const [source, code] of [
      ['.scanflow/tracker/secret', 'list.mjs'],
      ['link/tracker', 'list.mjs'],
      ['data', '.scanflow'],
    ] as const) {
      place.write({ 'whole.scanflow': reading(source, code) });
      const refused = engine.run({ file: 'whole.scanflow', runtime: 'process' });
      await expect(refused).rejects.toMatchObject({ fault: { code: 'SF3022' } });
    }
    for (const surroundings of ['requirements: link/requirements.txt', 'build: link']) {
      const text = reading('data', 'list.mjs').replace('files:', `${surroundings}\n    files:`);
      place.write({ 'whole.scanflow': text, '.scanflow/requirements.txt': '' });
      for (const refused of [engine.run, engine.build]) {
        const asked = refused({ file: 'whole.scanflow', runtime: 'process' });
        await expect(asked).rejects.toMatchObject({ fault: { code: 'SF3022', class: 'request' } });
      }
    }
    for (const [source, code, seen] of [
      ['.', 'list.mjs', 'data link list.mjs whole.scanflow'],
      ['data', '.', 'a'],
    ] as const) {
      place.write({ 'whole.scanflow': reading(source, code) });
      const run = await place.run({ file: 'whole.scanflow' });
      expect(states(run)).toEqual({ 'list@training': 'succeeded' });
      expect((await engine.logs({ run: run.run }))[0]!.text.trim()).toBe(seen);
    }
    // What a person names may be a folder that the store keeps: all of it is taken, as it was.
    const objects = path.join(place.root, '.scanflow/artifacts/objects');
    const kept = readdirSync(objects, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('/a'))!;
    const again = { file: 'whole.scanflow', inputs: { all: path.join(objects, path.dirname(kept)) } };
    expect(states(await place.run(again))).toEqual({ 'list@training': 'cached' });
  });

  it('is driven where the list of runs can not be written', async () => {
    const place = workspace(files);
    const engine = await place.engine();
    rmSync(path.join(place.root, '.scanflow/runs.index'));
    const { run } = await engine.run({ file: 'two.scanflow', runtime: 'process' });
    await engine.settled({ run }).catch(() => undefined);
    expect((await engine.show({ run })).state).toBe('succeeded');
  });

  it('publishes by content', async () => {
    const place = workspace(files);
    const run = await place.run({ file: 'two.scanflow' });
    const entries = readFileSync(path.join(place.root, '.scanflow/runs', run.run, 'journal'), 'utf8');
    expect(entries).toContain('"type":"settled"');
  });
});

const matrix = `
scanflow: 1
name: versions
executors:
  make:
    files: [append.mjs]
    command: [node, append.mjs, $(lr), $(outputs.y)]
    outputs: { y: { type: text, path: y } }
  pass:
    files: [append.mjs]
    command: [node, append.mjs, "-", $(outputs.y), $(inputs.x)]
    inputs: { x: text }
    outputs: { y: { type: text, path: y } }
  gather:
    files: [append.mjs]
    command: [node, append.mjs, ".", $(outputs.y), $(inputs.all)]
    inputs: { all: { type: text, many: true } }
    outputs: { y: { type: text, path: y } }
nodes:
  cnn: { executor: make, matrix: { lr: [3.10, 0.1] } }
  next: { executor: pass }
  end: { executor: gather }
edges:
  - cnn.y -> next.x
  - next.y -> end.all
`;

describe('a matrix', () => {
  it('makes versions that the nodes after it inherit until a port gathers them', async () => {
    const place = workspace({ 'v.scanflow': matrix, 'append.mjs': append });
    const run = await place.run({ file: 'v.scanflow' });
    expect(run.fault).toBeNull();
    expect(states(run)).toEqual({
      'cnn[lr=3.10]@any': 'succeeded',
      'cnn[lr=0.1]@any': 'succeeded',
      'next[lr=3.10]@any': 'succeeded',
      'next[lr=0.1]@any': 'succeeded',
      'end@any': 'succeeded',
    });
  });
});
