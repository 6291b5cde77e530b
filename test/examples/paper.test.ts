import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseWorkflow } from '../../graph';

/** The node sets of Figures 16 to 19, and no other. */
test.each([
  ['baseline', []],
  ['naive', ['predictor', 'model-trainer', 'tracker']],
  ['ddc-hlc', ['drift-detector', 'human-labeler', 'model-trainer', 'tracker']],
  ['rnd-hlc', ['human-labeler', 'model-trainer', 'tracker']],
  ['mdwi-hfc', ['drift-detector', 'human-finder', 'model-denoiser-wrapper', 'tracker']],
])('examples/paper/%s is valid, and its scenario has the nodes of its figure', (name, programs) => {
  const { workflow, problems } = parseWorkflow(readFileSync(path.join('examples/paper', `${name}.scanflow`), 'utf8'));
  expect(problems).toEqual([]);
  const nodes = workflow.workflows.get('scenario')?.members ?? [];
  const used = nodes.map((node) => workflow.nodes.get(node.name)!.program);
  expect(used.map((program) => ('uses' in program ? program.uses.replace('scanflow/', '') : ''))).toEqual(programs);
});
