import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { states, workspace } from './workspace';

const graph = `
scanflow: 1
name: snapshot
sources: { d: d.txt }
executors:
  copy: { files: [src], command: [node, src/copy.mjs, $(inputs.i), $(outputs.o)], inputs: { i: text }, outputs: { o: { type: text, path: o } } }
nodes: { copy: { executor: copy } }
edges: [sources.d -> copy.i]
`;
const files = {
  's.scanflow': graph,
  'd.txt': 'd',
  'src/copy.mjs': "import { copyFileSync } from 'node:fs'; copyFileSync(process.argv[2], process.argv[3]);",
  'src/old.mjs': '',
};

it('caches of tools beside code are no code, and of a folder that changed the files are named', async () => {
  const place = workspace(files);
  const node = 'copy';
  await place.run({ file: 's.scanflow' });
  place.write({
    'src/__pycache__/copy.cpython-312.pyc': 'x',
    'src/.ipynb_checkpoints/a': 'x',
    'src/.git/HEAD': 'x',
    'src/.DS_Store': 'x',
  });
  expect(states(await place.run({ file: 's.scanflow' }))).toEqual({ 'copy@any': 'cached' });
  place.write({ 'src/copy.mjs': `${files['src/copy.mjs']}\n`, 'src/lib/new.mjs': '' });
  rmSync(path.join(place.root, 'src', 'old.mjs'));
  const { run } = await place.run({ file: 's.scanflow' });
  const [why] = await (await place.engine()).explain({ run, node });
  expect(why!.differs).toEqual([
    {
      field: 'files.src',
      before: expect.stringMatching(/^\w{64}$/),
      after: expect.stringMatching(/^\w{64}$/),
      files: [
        { path: 'copy.mjs', change: 'changed' },
        { path: 'lib/new.mjs', change: 'added' },
        { path: 'old.mjs', change: 'removed' },
      ],
    },
  ]);
});

it('a link that a person names is followed, wherever it leads', async () => {
  const other = workspace({ 'far.txt': 'far' });
  const place = workspace(files);
  symlinkSync(path.join(other.root, 'far.txt'), path.join(place.root, 'link.txt'));
  const run = await place.run({ file: 's.scanflow', inputs: { d: 'link.txt' } });
  expect([run.fault, run.state]).toEqual([null, 'succeeded']);
});
