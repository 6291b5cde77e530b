/**
 * `npm start`: sets everything up and runs the main job, examples/digits on real MNIST, then says what it found.
 * `npm start -- --runtime docker` does the same in containers.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build, install, root, run } from './setup.mjs';

install();
build();
run('node', ['scripts/data.mjs']);

const args = process.argv.slice(2);
const runtime = args.includes('--runtime') ? [] : ['--runtime', 'process'];
const file = 'examples/digits/digits.scanflow';

console.error(
  '\nThe whole cycle: train, watch the incoming data, label what is critical, retrain, compare, promote.\n',
);
const cycle = scanflow(['run', file, ...runtime, ...args]);
console.error('\nThe model that is in effect now, scored again on the whole test set, clean and drifted.\n');
const after = scanflow(['run', file, '--phase', 'training', ...runtime, ...args]);
report(cycle, after);

function scanflow(command) {
  const bin = path.join(root, 'node_modules/.bin');
  const { status, stdout } = spawnSync('node', ['dist/scanflow.js', ...command, '--json'], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
  });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(stdout);
}

function report(before, now) {
  const percent = (value) => (value === undefined ? 'n/a' : `${(100 * value).toFixed(2)} %`);
  const score = (summary, node) => summary.metrics[node]?.accuracy;
  const drifted = Object.keys(before.metrics).filter((node) => node.startsWith('drifted-score['));
  const mean = (summary) => drifted.reduce((sum, node) => sum + score(summary, node), 0) / drifted.length;
  const rows = [
    ['', 'before', 'after'],
    ['clean test images', percent(score(before, 'score')), percent(score(now, 'score'))],
    ...drifted.map((node) => [
      node.replace(/.*=(.*)\]/, 'drifted: $1'),
      percent(score(before, node)),
      percent(score(now, node)),
    ]),
    ['drifted, mean', percent(mean(before)), percent(mean(now))],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  console.log('\nAccuracy of the model in effect');
  for (const row of rows) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`);
  const decision = before.models.map((model) => model.decision).findLast((each) => each !== null);
  const labelled = before.metrics.labeler?.answered;
  if (labelled !== undefined) console.log(`\nCritical samples labelled: ${labelled}`);
  if (decision) {
    const { heldBack, test } = decision;
    console.log(`\nThe gate: ${decision.state} (${decision.reason})`);
    if (heldBack)
      console.log(
        `  held-back labels  champion ${percent(heldBack.champion)}  candidate ${percent(heldBack.candidate)}`,
      );
    console.log(`  clean test data   champion ${percent(test.champion)}  candidate ${percent(test.candidate)}`);
  }
  console.log(`\nRuns ${before.run} and ${now.run} are stored in ${path.join(root, '.scanflow')}.`);
  console.log('What to do next:');
  console.log(`  npm run -s scanflow -- show ${before.run}     all that the run did`);
  console.log('  npm run -s scanflow -- models                  the model, its versions, what they gained');
  console.log(`  npm run -s scanflow -- rollback ${file}   take the promotion back`);
  console.log('  npm start                                      again: what did not change comes from the cache');
  console.log('  rm -r .scanflow && npm start                   from the very beginning');
}
