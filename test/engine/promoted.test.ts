import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { csv, decisionOf, files, graph, oracle, registered, table, truth } from './words';
import { states, workspace } from './workspace';

/** Programs of an improver that proposes to join feedback, and a node before the model: what it learned of the new kinds is gone. */
const spoil =
  "const fs = require('fs'); const [, from, to] = process.argv; fs.writeFileSync(to, fs.readFileSync(from, 'utf8').replace(/^(n.),./gm, '$1,?'));";
const compound = `
  propose:
    files: [propose.mjs]
    command: [node, propose.mjs, $(outputs.revision)]
    inputs: { feedback: feedback }
    outputs: { revision: { type: file, path: revision.json } }
  spoil:
    command: [node, -e, "${spoil}", $(inputs.data), $(outputs.data)]
    inputs: { data: dataset }
    outputs: { data: { type: dataset, path: data.csv } }
`;

describe('a promotion', () => {
  it('supplies what was promoted, not the compound that it was measured with', async () => {
    const insert = {
      op: 'insert',
      name: 'spoil',
      executor: 'spoil',
      before: ['model.data'],
      input: 'data',
      output: 'data',
    };
    const changes = [{ op: 'merge', into: 'model.data' }, insert];
    const place = workspace({
      ...files('auto', oracle),
      'words.scanflow': graph('auto', oracle)
        .replace('nodes:', `${compound}nodes:`)
        .replace(
          'uses: scanflow/model-trainer\n    with: { strategy: faithful }',
          'executor: propose\n    kind: improver',
        ),
      'propose.mjs': `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], '${JSON.stringify({ changes })}');`,
    });
    const run = await place.run({ file: 'words.scanflow' });
    expect([run.fault, decisionOf(run)]).toMatchObject([
      null,
      { state: 'promoted', heldBack: { champion: 0, candidate: 1 }, compound: { heldBack: 0 } },
    ]);
    const next = await place.run({ file: 'words.scanflow', phase: 'inference' });
    const engine = await place.engine();
    const champion = (await engine.models({}))[0]!.versions.find(({ alias }) => alias === 'champion')!;
    const [supplied] = await engine.outputs({ run: next.run, node: 'model@inference' });
    expect(path.join(place.root, supplied!.path)).toBe(champion.path);
    expect(JSON.parse(readFileSync(champion.path, 'utf8'))).toMatchObject({ n0: 'b', n1: 'a' });
  });

  it('supplies what was promoted under a threshold that was edited after a rejection', async () => {
    const graph = files('auto', oracle)['words.scanflow'];
    const place = workspace({
      ...files('auto', oracle),
      'words.scanflow': graph.replace('threshold: 0', 'threshold: 1'),
    });
    expect(decisionOf(await place.run({ file: 'words.scanflow' }))).toMatchObject({ state: 'rejected' });
    place.write({ 'words.scanflow': graph });
    expect(decisionOf(await place.run({ file: 'words.scanflow' }))).toMatchObject({ state: 'promoted' });
    const next = await place.run({ file: 'words.scanflow', phase: 'inference' });
    expect([next.fault, states(next)['model@inference']]).toEqual([null, 'supplied']);
    // Of what follows the gate sees that the same graph is in effect.
    place.write({
      'incoming.csv': csv(table('m', 40, truth).map(([x, , id]) => [x, '', id])),
      'answers.csv': `id,label\n${table('m', 40, truth)
        .map(([, y, id]) => `${id},${y}`)
        .join('\n')}\n`,
    });
    expect(decisionOf(await place.run({ file: 'words.scanflow' }))).toMatchObject({
      state: 'promoted',
      heldBack: { champion: 0, candidate: 1 },
    });
  });

  it('takes the models that were made under it along when it is rolled back', async () => {
    const place = workspace(files('auto', oracle));
    await place.run({ file: 'words.scanflow' });
    // Before the second revision a model is trained on other data, and on the labels of the first.
    place.write({
      'clean.csv': csv([...table('c', 8, truth), ...table('d', 8, truth)]),
      'incoming.csv': csv(table('m', 40, truth).map(([x, , id]) => [x, '', id])),
      'answers.csv': `id,label\n${table('m', 40, truth)
        .map(([, y, id]) => `${id},${y}`)
        .join('\n')}\n`,
    });
    await place.run({ file: 'words.scanflow' });
    const engine = await place.engine();
    const champion = async () => (await engine.models({}))[0]!.versions.find(({ alias }) => alias === 'champion')!;
    const champions = [(await champion()).version];
    for (const _revision of ['second', 'first']) {
      await engine.rollback({ workflow: 'words' });
      champions.push((await champion()).version);
    }
    expect(champions).toEqual(['4', '3', '1']);
    expect(await registered(engine)).toEqual(['1', ['Production', 'Archived', 'Archived', 'Archived'], 'rolled-back']);
  });
});
