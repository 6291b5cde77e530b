import { boolean, defaulted, either, object, required, text } from './shape';

const long = object('source', 'Data that comes from outside the graph: a file or a folder of the workspace.', {
  path: required(text('path'), 'The file or folder, relative to this file.', 'data/train.npz'),
  watch: defaulted(boolean, false, 'New files in the folder make nodes run, while `scanflow watch` is on.'),
  settle: defaulted(
    text('duration'),
    '2s',
    'For `watch`: how long a file stays as it is before it is taken. Longer, where its writer pauses.',
  ),
  type: defaulted(text('name'), 'file', 'What is in it. `file`: anything, so that it fits every port.'),
});

export const sourceShape = either(text('path'), long);
