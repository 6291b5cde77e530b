import { digits } from '../../testing/digits';
import { fakeFiles } from '../../testing/files';
import { marked } from '../../testing/marked';
import { NEVER } from '../cancellation';
import { complete } from './complete';

export const files = fakeFiles({
  'train.py': '',
  'predict.py': '',
  'data/train.npz': '',
  'requirements.txt': '',
  'requirements-dev.txt': '',
  'image/Dockerfile': '',
  "it's.py": '',
  'a "b".py': '',
  "o'n/e.py": '',
});

export async function completions(input: string, snippets = true) {
  const { snapshot, positions, text } = marked(input);
  const list = await complete(snapshot, positions[0]!, { files, images: ['python:3.12-slim'], snippets }, NEVER);
  const items = list.items.toSorted((one, other) => (one.sortText! < other.sortText! ? -1 : 1));
  return { items, labels: items.map(({ label }) => label), text };
}

export const underWhen = (written: string) =>
  digits({
    nodes: `nodes:\n  my-drift: { uses: scanflow/drift-detector }\n  a:\n    executor: train\n    when: ${written}\n`,
  });

export const underFiles = (written: string) => digits({ executors: `executors:\n  train:\n    files: [${written}]\n` });

export const underEdges = (written: string) =>
  digits({
    nodes: 'nodes:\n  my-drift: { uses: scanflow/drift-detector }\n  labeler: { uses: scanflow/human-labeler }\n',
    edges: `edges:\n  - ${written}\n`,
  });
