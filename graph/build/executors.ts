import type { executorShape, resourcesShape, retryShape } from '../definition/executor';
import type { At, Checked } from '../definition/shape';
import { bytes, seconds } from '../language/amounts';
import { malformedReference, referencePlaces, referencesIn } from '../language/substitution';
import type { Range } from '../problem';
import type { Executor, InputPort, OutputPort, Resources, Retry } from '../workflow';
import { type BuildContext, isRefusedPort, pieceRange } from './context';
import { FILE } from './sources';
import { reportUnknown } from './unknown';

type CheckedExecutor = Checked<typeof executorShape>;

const ALL_ENDS: Retry['on'] = ['failed', 'timed-out', 'out-of-memory', 'lost'];

/** An executor of the file. @returns undefined where it has no command that could be run. */
export function buildExecutor(name: string, checked: CheckedExecutor, context: BuildContext): Executor | undefined {
  const given = checked.value;
  const places = [given.image, given.build, given.requirements].filter((place) => place !== undefined);
  if (places.length > 1) {
    context.report.add(
      'SF1018',
      places[1]!.nameRange,
      `Executor "${name}" has more than one of "image", "build" and "requirements".`,
      'Keep one: each of them says what it runs in.',
      { related: [{ message: 'The first one.', range: places[0]!.nameRange }] },
    );
  }
  const refused = new Set([given.inputs, given.outputs].flatMap((part) => [...(part?.value.refused.keys() ?? [])]));
  const inputs = buildInputs(given.inputs, refused);
  const outputs = buildOutputs(name, given.outputs, refused, context);
  if (refused.size > 0) context.refused.ports.set(name, refused);
  const unread = (['inputs', 'outputs'] as const).some((key) =>
    given[key] ? !given[key].value.complete : checked.given.has(key) || checked.strange,
  );
  if (unread) context.refused.anyPort.add(name);
  const executor: Executor = {
    range: checked.range,
    nameRange: checked.nameRange,
    name,
    image: given.image?.value,
    build: given.build?.value,
    requirements: given.requirements?.value,
    files: given.files?.value.map(({ value }) => value) ?? [],
    command: given.command?.value.map(({ value }) => value) ?? [],
    env: new Map([...(given.env?.value.entries ?? [])].map(([key, { value }]) => [key, value])),
    inputs,
    outputs,
    resources: buildResources(given.resources) ?? {},
    timeout: given.timeout && seconds(given.timeout.value),
    retry: buildRetry(given.retry) ?? { limit: 0, on: ALL_ENDS, backoff: 1 },
    network: given.network.value,
    cache: given.cache.value,
    secrets: given.secrets?.value.map(({ value }) => value) ?? [],
  };
  for (const text of programTexts(checked)) checkPortReferences(executor, text, context);
  for (const [key, { nameRange }] of given.env?.value.entries ?? []) {
    if (!OWN_VARIABLES.test(key)) continue;
    context.report.add('SF1016', nameRange, `"${key}" is set by Scanflow itself.`, 'Choose another name.');
  }
  return given.command ? executor : undefined;
}

/** What the node contract promises to every program. */
const OWN_VARIABLES = /^(SCANFLOW_.*|MLFLOW_(TRACKING_URI|TRACKING_TOKEN|EXPERIMENT_ID|RUN_ID))$/;

/** The texts of an executor in which references are filled in. */
export function programTexts(checked: CheckedExecutor): At<string>[] {
  const { command, env } = checked.value;
  return [...(command?.value ?? []), ...(env?.value.entries.values() ?? [])];
}

/** A port of which something was wrong may be of any type, and take any number of edges: it is known, and no more. */
const isUncertain = (port: { strange: boolean; wrong: ReadonlySet<string> } | undefined): boolean =>
  port !== undefined && (port.strange || port.wrong.size > 0);

function buildInputs(checked: CheckedExecutor['value']['inputs'], refused: Set<string>): Map<string, InputPort> {
  const ports = new Map<string, InputPort>();
  for (const [name, port] of checked?.value.entries ?? []) {
    const { range, nameRange } = port;
    if (isUncertain(port.value.long)) {
      refused.add(name);
      continue;
    }
    const long = port.value.long?.value;
    ports.set(name, {
      range,
      nameRange,
      name,
      type: port.value.short?.value ?? long?.type.value ?? FILE,
      optional: long?.optional.value ?? false,
      many: long?.many.value ?? false,
      weights: long?.weights.value ?? false,
      description: long?.description?.value ?? '',
    });
  }
  return ports;
}

function buildOutputs(
  executor: string,
  checked: CheckedExecutor['value']['outputs'],
  refused: Set<string>,
  context: BuildContext,
): Map<string, OutputPort> {
  const ports = new Map<string, OutputPort>();
  const byPath = new Map<string, OutputPort>();
  /** Each folder that an output is in, at whatever depth. */
  const byFolder = new Map<string, OutputPort>();
  for (const [name, port] of checked?.value.entries ?? []) {
    const { range, nameRange } = port;
    if (isUncertain(port.value.long)) {
      refused.add(name);
      continue;
    }
    const long = port.value.long?.value;
    const output: OutputPort = {
      range,
      nameRange,
      name,
      type: port.value.short?.value ?? long?.type.value ?? FILE,
      optional: long?.optional.value ?? false,
      path: normalPath(long?.path?.value ?? name),
      description: long?.description?.value ?? '',
    };
    const other = overlapping(output.path, byPath, byFolder);
    if (other) {
      context.report.add(
        'SF1007',
        long?.path?.at ?? nameRange,
        `Outputs "${other.name}" and "${name}" of executor "${executor}" have one path.`,
        'Give each output a path of its own, none inside another.',
        { related: [{ message: 'The other output.', range: other.nameRange }] },
      );
      refused.add(name);
      continue;
    }
    byPath.set(output.path, output);
    for (const folder of foldersOf(output.path)) byFolder.set(folder, output);
    ports.set(name, output);
  }
  return ports;
}

const normalPath = (written: string): string =>
  written
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** The output with this path, with a folder above it, or with something inside it. */
function overlapping(
  path: string,
  byPath: ReadonlyMap<string, OutputPort>,
  byFolder: ReadonlyMap<string, OutputPort>,
): OutputPort | undefined {
  const above = foldersOf(path).find((folder) => byPath.has(folder));
  return byPath.get(path) ?? byFolder.get(path) ?? (above === undefined ? undefined : byPath.get(above));
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** Names of ports in `$(inputs.x)` and `$(outputs.x)`; other names depend on the node, and are looked at there. */
function checkPortReferences(executor: Executor, text: At<string>, context: BuildContext): void {
  if (reportMalformed(text, text.value, context)) return;
  const rangeOf = referenceRanges(text, context);
  for (const reference of referencesIn(text.value)) {
    const [place, port] = reference.split('.') as [string, string | undefined];
    if (port === undefined) continue;
    const range = rangeOf(reference);
    if (place !== 'inputs' && place !== 'outputs') {
      context.report.add(
        'SF2009',
        range,
        `$(${reference}) means nothing here.`,
        'Refer to a parameter, or to "inputs.<port>" or "outputs.<port>".',
      );
      continue;
    }
    const ports: ReadonlyMap<string, unknown> = executor[place];
    if (ports.has(port) || isRefusedPort(executor.name, port, context)) continue;
    const kind = place === 'inputs' ? 'input' : 'output';
    const known = [...ports.keys()].map((name) => `${place}.${name}`);
    reportUnknown(context, {
      key: `port:${executor.name}.${kind}.${port}`,
      code: 'SF2009',
      range,
      message: `Executor "${executor.name}" has no ${kind} "${port}".`,
      written: `${place}.${port}`,
      candidates: () => known,
      remedy: `Declare it below "${place}".`,
    });
  }
}

/** Where the references of a text stand: the names between the parentheses. The whole text, where that can't be told. */
export function referenceRanges(text: At<unknown>, context: BuildContext): (name: string) => Range {
  let places: Map<string, number> | undefined;
  return (name) => {
    places ??= referencePlaces(context.text.slice(text.start, text.end));
    const at = places.get(name);
    return at === undefined ? text.at : context.lines.range(text.start + at, text.start + at + name.length);
  };
}

/** Reports a `$(` that is no reference. */
export function reportMalformed(place: At<unknown>, written: string, context: BuildContext): boolean {
  const malformed = malformedReference(written);
  if (malformed === undefined) return false;
  const range =
    typeof place.value === 'string'
      ? pieceRange(context, place as At<string>, Math.max(0, place.value.indexOf(malformed)), malformed.length)
      : place.at;
  context.report.add(
    'SF1020',
    range,
    `"${malformed}" is no reference: no shell is between, and only a name can stand in "$( )".`,
    'Write "$(name)", or "$$(" for a "$(" that is meant as text.',
  );
  return true;
}

export function buildResources(checked: Checked<typeof resourcesShape> | undefined): Resources | undefined {
  if (!checked) return undefined;
  const { cpus, memory, gpus } = checked.value;
  return {
    ...(cpus && { cpus: cpus.value }),
    ...(memory && { memory: bytes(memory.value) }),
    ...(gpus && { gpus: gpus.value }),
  };
}

export function buildRetry(checked: Checked<typeof retryShape> | undefined): Retry | undefined {
  if (!checked) return undefined;
  const { limit, on, backoff } = checked.value;
  return {
    limit: limit?.value ?? 0,
    on: on?.value.map(({ value }) => value) ?? ALL_ENDS,
    // The default of the definition is written as a person would write it.
    backoff: seconds(backoff.value),
  };
}
