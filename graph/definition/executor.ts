import {
  boolean,
  choice,
  defaulted,
  either,
  integer,
  list,
  map,
  number,
  object,
  optional,
  required,
  text,
} from './shape';

const inputPort = object('input port', 'What an executor takes.', {
  type: defaulted(
    text('name'),
    'file',
    '`file`, `dataset`, `tags`, `feedback`, `model`, `predictions`, `labels`, or a name of your own. `file` fits everything.',
  ),
  optional: defaulted(boolean, false, 'The node runs without it, too.'),
  many: defaulted(
    boolean,
    false,
    'Takes any number of edges: the node finds a folder of them, in the order of the edges.',
  ),
  weights: defaulted(
    boolean,
    false,
    'It heeds an array or column `weight`: how much each sample counts. Labels that a person gave can then count for many.',
  ),
  description: optional(text(), 'What it takes, in a sentence.'),
});

const outputPort = object('output port', 'What an executor makes.', {
  type: defaulted(
    text('name'),
    'file',
    '`file`, `dataset`, `tags`, `feedback`, `model`, `predictions`, `labels`, or a name of your own. `file` fits everything.',
  ),
  path: optional(
    text('outputPath'),
    'The file or folder below `$SCANFLOW_OUTPUTS`. Left out: the name of the port.',
    'model.pkl',
  ),
  optional: defaulted(boolean, false, 'The node may succeed without making it; what needs it is skipped then.'),
  description: optional(text(), 'What it is, in a sentence.'),
});

export const resourcesShape = object('resources', 'The most that one attempt may use.', {
  cpus: optional(number({ above: 0 }), 'Processors; 0.5 is half of one.', '2'),
  memory: optional(text('memory'), 'Memory: `512m`, `2g`.', '2g'),
  gpus: optional(integer({ minimum: 0 }), 'Graphics processors.', '1'),
});

export const retryShape = object('retry', 'What is done when an attempt does not succeed.', {
  limit: required(integer({ minimum: 0, maximum: 100 }), 'Attempts after the first.', '2'),
  on: optional(
    list(choice('failed', 'timed-out', 'out-of-memory', 'lost'), { unique: true, least: 1 }),
    'Which ends are tried again. Left out: all of them.',
    '[failed, lost]',
  ),
  backoff: defaulted(text('duration'), '1s', 'The pause before the second attempt; it doubles each time.'),
});

export const timeoutField = optional(
  text('duration'),
  'An attempt that takes longer is stopped: `90s`, `5m`, `1h`.',
  '10m',
);
export const resourcesField = optional(resourcesShape, 'The most that one attempt may use.', '{ cpus: 2, memory: 2g }');
export const retryField = optional(retryShape, 'What is done when an attempt does not succeed.', '{ limit: 2 }');

export const executorShape = object('executor', 'A reusable node program: one image, many nodes.', {
  image: optional(text('image'), 'The container image that it runs in.', 'python:3.12-slim'),
  build: optional(text('path'), 'A folder with a Dockerfile that the image is built of.', './train'),
  requirements: optional(
    text('path'),
    'A pip requirements file: the image is a Python with these packages.',
    'requirements.txt',
  ),
  files: optional(
    list(text('path'), { unique: true }),
    'Files and folders that the program is made of. A change in one of them runs its nodes again.',
    '[train.py]',
  ),
  command: required(
    list(text(), { least: 1 }),
    'The program and its arguments. `$(name)`, `$(inputs.port)` and `$(outputs.port)` are filled in; no shell is between.',
    '[python, train.py, $(inputs.data), $(outputs.model)]',
  ),
  env: optional(map(text(), 'variable'), 'Environment variables; `$(name)` is filled in.', '{ OMP_NUM_THREADS: 2 }'),
  inputs: optional(
    map(either(text('name'), inputPort)),
    'What it takes, by port: a type, or all about it.',
    '{ data: dataset }',
  ),
  outputs: optional(
    map(either(text('name'), outputPort)),
    'What it makes, by port: a type, or all about it.',
    '{ model: { type: model, path: model.pkl } }',
  ),
  resources: resourcesField,
  timeout: timeoutField,
  retry: retryField,
  network: defaulted(
    choice('run', 'own', 'none'),
    'run',
    '`run`: the private network of the run. `own`: an address and ports of its own. `none`: no network.',
  ),
  cache: defaulted(boolean, true, 'A node whose program, parameters and inputs are unchanged is not run again.'),
  secrets: optional(
    list(text('variable'), { unique: true }),
    'Names of secrets that the node gets as files. Their values are never in this file.',
    '[API_KEY]',
  ),
});
