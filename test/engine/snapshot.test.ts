import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { workspace } from './workspace';

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

it('a link that a person names is followed, wherever it leads', async () => {
  const other = workspace({ 'far.txt': 'far' });
  const place = workspace(files);
  symlinkSync(path.join(other.root, 'far.txt'), path.join(place.root, 'link.txt'));
  const run = await place.run({ file: 's.scanflow', inputs: { d: 'link.txt' } });
  expect([run.fault, run.state]).toEqual([null, 'succeeded']);
});
