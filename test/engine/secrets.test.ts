import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runtimes } from './runtimes';
import { states, workspace } from './workspace';

const SECRET = 'correct-horse-battery-staple';

const program = `
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
const value = readFileSync(process.env.SCANFLOW_SECRETS + '/API_KEY', 'utf8');
console.log('out ' + value);
console.error('err ' + value);
writeFileSync(process.env.SCANFLOW_PROGRESS, JSON.stringify({ done: 0.5, message: 'with ' + value }) + '\\n');
writeFileSync(process.argv[2], String(value.length) + Object.values(process.env).includes(value));
await new Promise((done) => setTimeout(done, 700));
`;

const graph = `
scanflow: 1
name: secret
executors:
  work:
    image: node:24-slim
    files: [work.mjs]
    command: [node, work.mjs, $(outputs.y)]
    outputs: { y: { type: file, path: y } }
    secrets: [API_KEY]
nodes: { a: { executor: work } }
`;

/** Everything that a workspace keeps, as one text. */
function everything(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

beforeEach(() => {
  process.env.SCANFLOW_SECRET_API_KEY = SECRET;
});
afterEach(() => {
  delete process.env.SCANFLOW_SECRET_API_KEY;
});

describe.each(runtimes)('a secret in $name', ({ name, ready }) => {
  it('is given as a file, is in nothing that is kept, and is no part of the cache key', async (context) => {
    const reason = await ready();
    if (reason) return context.skip(reason);
    const place = workspace({ 'secret.scanflow': graph, 'work.mjs': program });
    const engine = await place.engine();
    const told: string[] = [];
    engine.onEvent((event) => told.push(JSON.stringify(event)));
    const run = await place.run({ file: 'secret.scanflow', runtime: name });
    expect(run.fault).toBeNull();
    const [log] = await engine.logs({ run: run.run });
    expect(log!.text.split('\n').sort()).toEqual(['', 'err ***', 'out ***']);
    expect(told.join()).toContain('with ***');
    expect(told.join()).not.toContain(SECRET);
    process.env.SCANFLOW_SECRET_API_KEY = `${SECRET}-renewed`;
    const again = await place.run({ file: 'secret.scanflow', runtime: name });
    expect(states(again)).toEqual({ 'a@any': 'cached' });
    await engine.dispose();
    const kept = everything(path.join(place.root, '.scanflow'));
    expect(kept).toContain(`${SECRET.length}false`);
    expect(kept).not.toContain(SECRET);
  });
});

it('that is not set is said before anything begins', async () => {
  delete process.env.SCANFLOW_SECRET_API_KEY;
  const place = workspace({ 'secret.scanflow': graph, 'work.mjs': program });
  await expect(place.run({ file: 'secret.scanflow' })).rejects.toMatchObject({
    fault: { code: 'SF3030', class: 'request', remedy: expect.stringContaining('SCANFLOW_SECRET_API_KEY') },
  });
  expect(await (await place.engine()).runs({})).toEqual([]);
});

it('that is not set when a run is taken up again leaves no run of the tracker that goes on', async () => {
  const place = workspace({ 'secret.scanflow': graph, 'work.mjs': 'process.exit(1);' });
  const failed = await place.run({ file: 'secret.scanflow' });
  delete process.env.SCANFLOW_SECRET_API_KEY;
  const engine = await place.engine();
  await engine.resume({ run: failed.run });
  expect((await engine.settled({ run: failed.run })).nodes[0]).toMatchObject({
    state: 'failed',
    fault: { code: 'SF3030' },
  });
  expect((await engine.query({})).map(({ status }) => status)).toEqual(['FAILED']);
});
