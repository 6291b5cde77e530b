import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { EngineClient, RunSummary, WatchRow } from '../../engine/protocol';
import { states, type TestWorkspace, workspace } from './workspace';

/** Lists the files that it gets, and what they say. */
const list = `
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
const [out, ...folders] = process.argv.slice(2);
const read = (folder) => readdirSync(folder).sort().map((name) => name + '=' + readFileSync(folder + '/' + name, 'utf8')).join(' ');
const text = folders.map(read).join(' | ');
console.log(text);
writeFileSync(out, text);
`;

const graph = (nodes: string, edges: string) => `
scanflow: 1
name: stream
labels: { edges: [training, inference] }
sources:
  clean: clean
  incoming: { path: incoming, watch: true }
executors:
  list:
    files: [list.mjs]
    command: [node, list.mjs, $(outputs.y), $(inputs.a)]
    inputs: { a: file }
    outputs: { y: { type: file, path: y } }
  # The same under another name of its output, so that no cache knows it.
  again:
    files: [list.mjs]
    command: [node, list.mjs, $(outputs.z), $(inputs.a)]
    inputs: { a: file }
    outputs: { z: { type: file, path: z } }
nodes:
${nodes}
edges:
${edges}
`;

const files = {
  'stream.scanflow': graph(
    '  model: { executor: list }\n  live: { executor: list }',
    '  - sources.clean -> model.a [training]\n  - sources.incoming -> live.a [inference]',
  ),
  'list.mjs': list,
  'clean/c': 'c',
};

const only = async (engine: EngineClient): Promise<WatchRow> => (await engine.watches({}))[0]!;

/** Waits until a watch has begun so many runs and nothing is under way; gives the last run. */
async function ran(engine: EngineClient, count: number): Promise<RunSummary> {
  const last = await vi.waitFor(
    async () => {
      const { runs, run, last, fault } = await only(engine);
      expect({ runs, run, fault }).toEqual({ runs: count, run: null, fault: null });
      return last!;
    },
    { timeout: 60_000, interval: 50 },
  );
  return engine.show({ run: last });
}

const said = async (engine: EngineClient, { run }: RunSummary, node = 'live') =>
  (await engine.logs({ run, node })).map(({ text }) => text.trim()).join();

const arm = async (place: TestWorkspace): Promise<EngineClient> => {
  const engine = await place.engine();
  await engine.watch({ file: 'stream.scanflow', runtime: 'process' });
  return engine;
};

describe('a watch', () => {
  it('runs the phase over the new files of each batch, once, also over the end of the engine', {
    timeout: 120_000,
  }, async () => {
    const place = workspace({ ...files, 'incoming/a': '1', 'incoming/b': '1' });
    const engine = await arm(place);
    const first = await ran(engine, 1);
    expect(first.phases).toEqual(['inference']);
    expect(states(first)).toEqual({ 'live@inference': 'succeeded' });
    expect(await said(engine, first)).toBe('a=1 b=1');
    place.write({ 'incoming/c': '1', 'incoming/half.part': '1' });
    expect(await said(engine, await ran(engine, 2))).toBe('c=1');
    await engine.dispose();

    const later = await place.engine();
    // Nothing arms itself.
    expect(await later.watches({})).toEqual([]);
    place.write({ 'incoming/d': '1', 'incoming/b': '22' });
    await later.watch({ file: 'stream.scanflow', runtime: 'process' });
    expect(await said(later, await ran(later, 1))).toBe('b=22 d=1');
    expect((await only(later)).sources).toEqual([{ name: 'incoming', path: 'incoming', waiting: 0, fault: null }]);

    expect((await later.watch({ file: 'stream.scanflow', off: true })).watch).toMatchObject({ runs: 1 });
    expect(await later.watches({})).toEqual([]);
    expect((await later.watch({ file: 'stream.scanflow', off: true })).watch).toBeNull();
    expect(await later.runs({})).toHaveLength(3);
  });

  it('is told of by the engines that come after its own, until it is armed again or disarmed', async () => {
    const place = workspace({ ...files, 'incoming/a': '1' });
    const before = Date.now();
    const engine = await arm(place);
    const request = { file: 'stream.scanflow', parameters: {}, runtime: 'process' as const, jobs: 2 };
    await engine.watch(request);
    expect(await engine.endedWatches({})).toEqual([]);
    const { since, ...armed } = await only(engine);
    expect(armed).toMatchObject(request);
    await engine.dispose();
    const second = await place.engine();
    expect(await second.watches({})).toEqual([]);
    const [ended] = await second.endedWatches({});
    expect(ended).toEqual({ ...request, workflow: 'stream', since, ended: expect.any(String) });
    expect(Date.parse(ended!.ended)).toBeGreaterThanOrEqual(before);
    await second.watch(ended!);
    expect(await second.endedWatches({})).toEqual([]);

    // An engine that is killed writes nothing any more: the file says when it was last there.
    const kept = path.join(place.root, '.scanflow/watches.json');
    const written = readFileSync(kept);
    await second.dispose();
    writeFileSync(kept, written);
    utimesSync(kept, new Date('2026-01-02'), new Date('2026-01-02'));
    const third = await place.engine();
    expect(await third.endedWatches({})).toMatchObject([{ ended: '2026-01-02T00:00:00.000Z' }]);
    expect(await third.watch({ file: 'stream.scanflow', off: true })).toEqual({ watch: null });
    expect(await third.endedWatches({})).toEqual([]);
    await third.dispose();
    expect(await (await place.engine()).endedWatches({})).toEqual([]);
  });

  it('starts one run at a time, and the next takes all that came meanwhile', { timeout: 120_000 }, async () => {
    const slow = list.replace('const [out', 'await new Promise((done) => setTimeout(done, 1500));\nconst [out');
    const place = workspace({ ...files, 'list.mjs': slow, 'incoming/a': '1' });
    const engine = await arm(place);
    await vi.waitFor(async () => expect((await only(engine)).run).not.toBeNull(), { timeout: 30_000 });
    const firstRun = (await only(engine)).run;
    place.write({ 'incoming/b': '1' });
    place.write({ 'incoming/c': '1' });
    await vi.waitFor(async () => expect((await only(engine)).last).not.toBe(firstRun), { timeout: 30_000 });
    const rows = await engine.runs({});
    expect(rows.find(({ run }) => run === firstRun)!.state).toBe('succeeded');
    expect(await said(engine, await ran(engine, 2))).toBe('b=1 c=1');
  });

  it('starts one run at a time where it is armed anew twice', { timeout: 120_000 }, async () => {
    const slow = list.replace('const [out', 'await new Promise((done) => setTimeout(done, 4000));\nconst [out');
    const place = workspace({ ...files, 'list.mjs': slow, 'incoming/a': '1' });
    const engine = await arm(place);
    await vi.waitFor(async () => expect((await only(engine)).run).not.toBeNull(), { timeout: 30_000 });
    await arm(place);
    await arm(place);
    place.write({ 'incoming/b': '1' });
    await vi.waitFor(async () => expect(await engine.runs({})).toHaveLength(2), { timeout: 30_000 });
    expect((await engine.runs({}))[1]!.state).toBe('succeeded');
  });

  it('takes a batch once where it is armed anew in the moment in which the batch is taken', {
    timeout: 120_000,
  }, async () => {
    const many = Array.from({ length: 50 }, (_, i) => [`incoming/${i}`, '1'] as const);
    const place = workspace({ ...files, ...Object.fromEntries(many) });
    const engine = await arm(place);
    const kept = path.join(place.root, '.scanflow/artifacts/temporary');
    while (!existsSync(kept) || readdirSync(kept).length === 0) await setImmediate();
    await arm(place);
    place.write({ 'incoming/z': '1' });
    expect(await said(engine, await ran(engine, 1))).toBe('z=1');
    expect(await engine.runs({})).toHaveLength(2);
  });

  it('goes on where a run waits for a person, and says why a run can not begin', { timeout: 120_000 }, async () => {
    const place = workspace({
      ...files,
      'stream.scanflow': graph(
        '  ask: { uses: scanflow/human-labeler, with: { classes: [x, y] } }',
        '  - sources.incoming -> ask.data [inference]',
      ),
      'incoming/a.csv': 'id,v\na1,1\n',
    });
    const engine = await arm(place);
    const first = await ran(engine, 1);
    expect(first.state).toBe('waiting');
    place.write({ 'incoming/b.csv': 'id,v\nb1,1\n' });
    const second = await ran(engine, 2);
    expect(second.state).toBe('waiting');
    expect((await engine.show({ run: first.run })).state).toBe('superseded');
    expect(await engine.tasks({})).toMatchObject([{ open: 2, run: second.run }]);

    place.write({ 'stream.scanflow': 'scanflow: 1\nname: x\nnodes: 3\n' });
    await vi.waitFor(async () => expect((await only(engine)).fault?.code).toBe('SF3000'), { timeout: 30_000 });
    // What waits is counted also while the file is broken.
    place.write({ 'incoming/c': '1' });
    await vi.waitFor(async () => expect((await only(engine)).sources[0]!.waiting).toBe(1), { timeout: 5_000 });
    place.write({ 'stream.scanflow': files['stream.scanflow'] });
    // Another graph with the same consumer: it has had the former files.
    expect(await said(engine, await ran(engine, 3))).toBe('c=1');
  });

  it('lets a clock through with all that came since, and holds it back from every other batch', {
    timeout: 120_000,
  }, async () => {
    const clocked = graph(
      '  live: { executor: list }\n  hourly: { executor: again, trigger: { every: 3s } }\n  asked: { executor: list, trigger: manual }',
      '  - sources.incoming -> live.a [inference]\n  - sources.incoming -> hourly.a [inference]\n  - sources.incoming -> asked.a [inference]',
    );
    const place = workspace({ ...files, 'stream.scanflow': clocked, 'incoming/a': '1' });
    const engine = await arm(place);
    const seen = new Map<string, RunSummary>();
    await vi.waitFor(
      async () => {
        for (const { run, state } of await engine.runs({})) {
          if (state === 'succeeded') seen.set(run, await engine.show({ run }));
        }
        expect(seen.size).toBeGreaterThanOrEqual(2);
      },
      { timeout: 60_000, interval: 50 },
    );
    const all = [...seen.values()].map(states);
    expect(all).toContainEqual({
      'live@inference': 'succeeded',
      'hourly@inference': 'skipped',
      'asked@inference': 'skipped',
    });
    expect(all).toContainEqual({ 'hourly@inference': 'succeeded' });
    expect((await only(engine)).clocks).toMatchObject([{ node: 'hourly', every: 3 }]);
    const before = (await only(engine)).runs;
    place.write({ 'incoming/b': '1' });
    const last = await ran(engine, before + 2);
    const both = [...(await engine.runs({ limit: 2 }))].map(({ run }) => run);
    expect(both).toContain(last.run);
    for (const run of both) {
      const summary = await engine.show({ run });
      const node = states(summary)['hourly@inference'] === 'succeeded' ? 'hourly' : 'live';
      expect(await said(engine, summary, node)).toBe('b=1');
    }
  });

  it('refuses a workflow that has nothing to wait for, and a file that is not there', async () => {
    const place = workspace({
      ...files,
      'stream.scanflow': files['stream.scanflow'].replace('watch: true', 'watch: false'),
    });
    const engine = await place.engine();
    await expect(engine.watch({ file: 'stream.scanflow' })).rejects.toMatchObject({
      fault: { code: 'SF3070', class: 'request' },
    });
    await expect(engine.watch({ file: 'no.scanflow' })).rejects.toMatchObject({ fault: { code: 'SF3021' } });
    expect(await engine.watches({})).toEqual([]);
  });

  it('refuses what could never begin: a phase before it that did not run, a parameter that there is none of', async () => {
    const place = workspace({
      ...files,
      'stream.scanflow': graph(
        '  model: { executor: list }\n  live: { executor: both }',
        '  - sources.clean -> model.a [training]\n  - model.y -> live.b\n  - sources.incoming -> live.a [inference]',
      ).replace('nodes:', '  both: { command: [cat, $(inputs.a), $(inputs.b)], inputs: { a: file, b: file } }\nnodes:'),
    });
    const engine = await place.engine();
    const watch = (more = {}) => engine.watch({ file: 'stream.scanflow', runtime: 'process', ...more });
    await expect(watch()).rejects.toMatchObject({ fault: { code: 'SF3020', class: 'request' } });
    await expect(watch({ parameters: { none: '1' } })).rejects.toMatchObject({ fault: { code: 'SF3014' } });
    expect(await engine.watches({})).toEqual([]);
    // What another clock of the same watch sees to is no reason.
    place.write({
      'stream.scanflow': graph(
        '  model: { executor: list, trigger: { every: 1h } }\n  live: { executor: both, trigger: { every: 1h } }',
        '  - sources.clean -> model.a [training]\n  - model.y -> live.b\n  - sources.incoming -> live.a [inference]',
      ).replace('nodes:', '  both: { command: [cat, $(inputs.a), $(inputs.b)], inputs: { a: file, b: file } }\nnodes:'),
    });
    await watch();
    expect((await engine.watches({}))[0]!.clocks).toHaveLength(2);
  });

  it('refuses a source outside the workspace, also behind a link, and one that an edit brings', {
    timeout: 120_000,
  }, async () => {
    const outside = workspace({ 'keys/id': 'private' });
    const reading = (source: string) => files['stream.scanflow'].replace('path: incoming', `path: ${source}`);
    const place = workspace({
      ...files,
      'linked.scanflow': reading('link/keys'),
      'above.scanflow': reading(`../${path.basename(outside.root)}/keys`),
    });
    symlinkSync(outside.root, path.join(place.root, 'link'));
    const engine = await place.engine();
    for (const file of ['linked.scanflow', 'above.scanflow']) {
      await expect(engine.watch({ file, runtime: 'process' })).rejects.toMatchObject({ fault: { code: 'SF3022' } });
    }
    expect(await engine.watches({})).toEqual([]);

    // A watched folder that is yet to come is as good as an empty one.
    await arm(place);
    place.write({ 'stream.scanflow': reading('link/keys') });
    await vi.waitFor(async () => expect((await only(engine)).fault?.code).toBe('SF3022'), { timeout: 30_000 });
    expect(await engine.runs({})).toEqual([]);
  });

  it('says which source is not there or cannot be read, and goes on when it can', { timeout: 120_000 }, async () => {
    const place = workspace(files);
    const engine = await place.engine();
    const { watch } = await engine.watch({ file: 'stream.scanflow', runtime: 'process' });
    const absent = { code: 'SF3072', message: 'Source incoming cannot be read: incoming does not exist.' };
    expect(watch!.sources).toMatchObject([{ name: 'incoming', waiting: 0, fault: absent }]);
    const incoming = path.join(place.root, 'incoming');
    execFileSync('mkfifo', [incoming]);
    const pipe = { code: 'SF3072', message: expect.stringContaining('incoming is neither a file nor a folder.') };
    await vi.waitFor(async () => expect((await only(engine)).sources[0]!.fault).toMatchObject(pipe), 30_000);
    // A run of a person does not take it for a folder without files.
    const asked = engine.run({ file: 'stream.scanflow', phase: 'inference', runtime: 'process' });
    await expect(asked).rejects.toMatchObject({ fault: { code: 'SF5012' } });
    rmSync(incoming);
    place.write({ 'incoming/a': '1' });
    expect(await said(engine, await ran(engine, 1))).toBe('a=1');
    expect((await only(engine)).sources[0]!.fault).toBeNull();
  });

  it('waits for a writer that pauses as long as the source says', { timeout: 120_000 }, async () => {
    const patient = files['stream.scanflow'].replace('watch: true', 'watch: true, settle: 8s');
    const place = workspace({ ...files, 'stream.scanflow': patient, 'incoming/a': 'half' });
    const engine = await arm(place);
    for (const text of ['half of it', 'all of it']) {
      // Longer than a file is waited for where its source says nothing.
      await pause(3500);
      place.write({ 'incoming/a': text });
    }
    expect(await said(engine, await ran(engine, 1))).toBe('a=all of it');
  });

  it('sees what is behind a link that stays in the workspace', { timeout: 120_000 }, async () => {
    const place = workspace({ ...files, 'real/a': '1' });
    symlinkSync('real', path.join(place.root, 'incoming'));
    const engine = await arm(place);
    expect(await said(engine, await ran(engine, 1))).toBe('a=1');
  });

  it('takes a batch again whose run could not begin', { timeout: 120_000 }, async () => {
    const place = workspace({ ...files, 'incoming/a': '1' });
    const engine = await arm(place);
    await ran(engine, 1);
    const runs = path.join(place.root, '.scanflow/runs');
    renameSync(runs, `${runs}.aside`);
    writeFileSync(runs, '');
    place.write({ 'incoming/b': '1' });
    await vi.waitFor(async () => expect((await only(engine)).fault?.code).toBe('SF5004'), { timeout: 30_000 });
    expect((await only(engine)).sources).toMatchObject([{ waiting: 1 }]);
    rmSync(runs);
    renameSync(`${runs}.aside`, runs);
    expect(await said(engine, await ran(engine, 2))).toBe('b=1');
  });

  it('takes nothing again whose run was forgotten', { timeout: 120_000 }, async () => {
    const place = workspace({ ...files, 'incoming/a': '1' });
    const engine = await arm(place);
    await ran(engine, 1);
    await engine.watch({ file: 'stream.scanflow', off: true });
    await engine.gc({ olderThan: 0, grace: 0 });
    place.write({ 'incoming/b': '1' });
    await arm(place);
    expect(await said(engine, await ran(engine, 1))).toBe('b=1');
  });

  it('is disarmed by every name of its file, also where the file is gone', { timeout: 120_000 }, async () => {
    const place = workspace({ ...files, 'deep/stream.scanflow': files['stream.scanflow'] });
    symlinkSync('deep', path.join(place.root, 'link'));
    const engine = await place.engine();
    for (const gone of [false, true]) {
      await engine.watch({ file: 'link/stream.scanflow', runtime: 'process' });
      if (gone) rmSync(path.join(place.root, 'deep/stream.scanflow'));
      const { watch } = await engine.watch({ file: 'link/stream.scanflow', off: true });
      expect(watch?.file).toBe('deep/stream.scanflow');
      expect(await engine.watches({})).toEqual([]);
    }
    await arm(place);
    rmSync(path.join(place.root, 'stream.scanflow'));
    symlinkSync('other.scanflow', path.join(place.root, 'stream.scanflow'));
    place.write({ 'other.scanflow': files['stream.scanflow'] });
    expect((await engine.watch({ file: 'stream.scanflow', off: true })).watch).not.toBeNull();
  });

  it('hears of a changed clock at once', { timeout: 120_000 }, async () => {
    const every = (time: string) =>
      graph(`  live: { executor: list, trigger: { every: ${time} } }`, '  - sources.incoming -> live.a [inference]');
    const place = workspace({ ...files, 'stream.scanflow': every('24h'), 'incoming/a': '1' });
    const engine = await arm(place);
    await ran(engine, 1);
    place.write({ 'stream.scanflow': every('1s'), 'incoming/b': '1' });
    expect(await said(engine, await ran(engine, 2))).toBe('b=1');
  });
});

describe('a run that a person starts', () => {
  it('takes the whole watched folder, clocks included, and skips its readers where there is nothing', async () => {
    const clocked = graph(
      '  live: { executor: list }\n  hourly: { executor: list, trigger: { every: 1h } }',
      '  - sources.incoming -> live.a [inference]\n  - live.y -> hourly.a [training]\n  - sources.incoming -> hourly.a [inference]',
    );
    const place = workspace({ ...files, 'stream.scanflow': clocked, 'incoming/a': '1', 'incoming/b': '2' });
    const run = await place.run({ file: 'stream.scanflow', phase: 'inference' });
    expect(states(run)).toEqual({ 'live@inference': 'succeeded', 'hourly@inference': 'succeeded' });
    expect(await said(await place.engine(), run)).toBe('a=1 b=2');
    for (const empty of [
      () => rmSync(path.join(place.root, 'incoming/a')),
      () => rmSync(path.join(place.root, 'incoming'), { recursive: true }),
    ]) {
      rmSync(path.join(place.root, 'incoming/b'), { force: true });
      empty();
      const none = await place.run({ file: 'stream.scanflow', phase: 'inference' });
      expect(states(none)).toEqual({ 'live@inference': 'skipped', 'hourly@inference': 'skipped' });
      expect(none.nodes[0]!.reason).toBe('source incoming has no data');
      expect(none.state).toBe('succeeded');
    }
  });
});
