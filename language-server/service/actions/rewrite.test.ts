import { expect, test } from 'vitest';
import { parseWorkflow } from '../../../graph';
import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { applyEdits, marked, URI } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { codeActions } from './actions';

async function rewritten(input: string, title: string): Promise<string> {
  const { snapshot, positions, text } = marked(input);
  const range = { start: positions[0]!, end: positions[0]! };
  const actions = await codeActions(
    snapshot,
    range,
    { diagnostics: [] },
    fakeFiles({
      'train.py': '',
      'extra.py': '',
      'fit.sh': '',
      'steps/clean.py': '',
      'steps/plot.R': '',
      'steps/notes.txt': '',
      '.venv/x.py': '',
    }),
    NEVER,
  );
  const action = actions.find((each) => each.title === title);
  expect(action, `${title} is not among ${actions.map((each) => each.title)}`).toBeDefined();
  return applyEdits(text, action!.edit!.changes![URI]! as never);
}

test('an arrow becomes a map and an arrow again', async () => {
  const text = digits({
    edges: 'edges:\n  - sources.clean -> model.da<|>ta [training] # in\n  - model.model -> live.model\n',
  });
  const map = await rewritten(text, 'Write the edge as a map');
  expect(map).toContain('  - { from: sources.clean, to: model.data, label: training } # in\n');
  expect(await rewritten(map.replace('model.data, label', 'model.da<|>ta, label'), 'Write the edge as an arrow')).toBe(
    text.replace('<|>', ''),
  );
});

test('an arrow over lines becomes a map, and the next edge stays on its line', async () => {
  const edges = 'edges:\n  - >-\n    model<|>.model -> live.model\n    [inference]\n\n  - model -> live\n';
  expect(await rewritten(digits({ edges }), 'Write the edge as a map')).toContain(
    'edges:\n  - { from: model.model, to: live.model, label: inference }\n\n  - model -> live\n',
  );
});

test('an arrow in brackets is in quotes, or its label would be a list', async () => {
  const text = digits({ edges: "edges: ['model.mo<|>del -> live.model [inference]']\n" });
  const map = await rewritten(text, 'Write the edge as a map');
  expect(map).toContain('edges: [{ from: model.model, to: live.model, label: inference }]\n');
  expect(await rewritten(map.replace('model.model, to', 'model.mo<|>del, to'), 'Write the edge as an arrow')).toBe(
    text.replace('<|>', ''),
  );
});

test('a map that says more than an arrow stays one', async () => {
  const { snapshot, positions } = marked(
    digits({ edges: 'edges:\n  - { from: mod<|>el.model, to: live.model, via: tracker }\n' }),
  );
  const actions = await codeActions(
    snapshot,
    { start: positions[0]!, end: positions[0]! },
    { diagnostics: [] },
    fakeFiles(),
    NEVER,
  );
  expect(actions.map(({ title }) => title)).not.toContain('Write the edge as an arrow');
});

test('a node gets an executor of its own', async () => {
  const nodes = 'nodes:\n  one: { executor: train }\n  tw<|>o: { executor: train }\n';
  const after = await rewritten(digits({ nodes, workflows: '', edges: '' }), 'Give "two" an executor of its own');
  const { workflow } = parseWorkflow(after);
  expect(workflow.nodes.get('two')!.program).toEqual({ executor: 'two' });
  expect(workflow.executors.get('two')!.command).toEqual(workflow.executors.get('train')!.command);
  expect(after).toContain('  two:\n    files: [train.py]\n    command: [python, train.py');
});

test('an executor in brackets over lines is copied with its line ends', async () => {
  const executors = 'executors:\n  train: {\n    files: [train.py],\n    command: [python, train.py]\n  }\n';
  const nodes = 'nodes:\n  one: { executor: train }\n  tw<|>o: { executor: train }\n';
  const text = digits({ executors, nodes, workflows: '', edges: '' }).replaceAll('\n', '\r\n');
  const after = await rewritten(text, 'Give "two" an executor of its own');
  expect(after).toMatch(/^(?:[^\r\n]*\r\n)*$/);
  expect(parseWorkflow(after).problems).toEqual([]);
});

test('edges are sorted by phase and node, with their comments', async () => {
  const edges = `edges:
  # of this file

  # live
  - model.model -> live.model [inference]
  - sources.clean -> model.data [training] # in

  # always
  - model -> score
`;
  const after = await rewritten(`<|>${digits({ edges })}`, 'Sort the edges');
  expect(after).toContain(`edges:
  # of this file

  # always
  - model -> score
  - sources.clean -> model.data [training] # in
  # live
  - model.model -> live.model [inference]
`);
});

test('scripts of a folder become nodes', async () => {
  const after = await rewritten(
    digits().replace('nodes:\n  model', '<|>nodes:\n  model'),
    'Add nodes for 2 scripts in "steps/"',
  );
  const { workflow, problems } = parseWorkflow(after);
  expect(workflow.executors.get('clean')).toMatchObject({
    files: ['steps/clean.py'],
    command: ['python3', 'steps/clean.py'],
  });
  expect(workflow.nodes.get('plot')!.program).toEqual({ executor: 'plot' });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('scripts beside the file become nodes', async () => {
  const after = await rewritten(
    digits().replace('nodes:\n  model', '<|>nodes:\n  model'),
    'Add nodes for 2 scripts beside this file',
  );
  const { workflow } = parseWorkflow(after);
  expect([...workflow.nodes.keys()]).toEqual(expect.arrayContaining(['extra', 'fit']));
  expect(workflow.executors.get('fit')!.command).toEqual(['sh', 'fit.sh']);
});
