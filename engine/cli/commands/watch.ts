import path from 'node:path';
import { type Command, Option } from 'commander';
import type { EndedWatch, EngineClient, RunRequest, RunState, WatchRow } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { parameterTexts } from '../pairs';
import { count, duration, moment } from '../screen/figures';
import type { Palette } from '../screen/palette';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { shownPath, validWorkflow } from '../workflow-file';
import { workspaceRoot } from '../workspace-root';
import { atLeastOne, collect } from './run';

interface WatchOptions extends CommonOptions {
  off?: boolean;
  parameter: string[];
  runtime: RunRequest['runtime'];
  jobs?: number;
}

/** `watch FILE [--off]`: runs by itself, in an engine in the background; `watch` alone lists what is armed. */
export function watchCommand(program: Command, context: Context): void {
  addCommand(program, 'watch [file]', 'run a workflow by itself: on new files in watched sources, and by the clock')
    .option('--off', 'end it; a run that is under way goes on')
    .option('-p, --parameter <name=value>', 'set a parameter of the workflow', collect, [])
    .addOption(
      new Option('--runtime <runtime>', 'where nodes run').choices(['auto', 'docker', 'process']).default('auto'),
    )
    .option('--jobs <n>', 'steps at once (default: the number of CPUs)', atLeastOne)
    .action((file: string | undefined, options: WatchOptions) =>
      file === undefined ? list(context, options) : watch(context, file, options),
    );
}

async function watch(context: Context, file: string, options: WatchOptions): Promise<void> {
  const { io, out } = context;
  const { off, runtime, jobs } = options;
  if (!off) await validWorkflow(context, file);
  const root = workspaceRoot(io.cwd, { workspace: options.workspace, file });
  const absolute = path.resolve(io.cwd, file);
  const request = off
    ? { file: absolute, off }
    : { file: absolute, runtime, jobs, parameters: parameterTexts(options.parameter) };
  const { answer, ends, forgotten } = await withEngine(io, root, { detach: !off }, async (client) => {
    const before = off ? await endedWatches(client) : [];
    const armed = await client.watch(request);
    const after = before.length > 0 ? await endedWatches(client) : [];
    const ends = await endsOf(client, armed.watch ? [armed.watch] : []);
    return { answer: armed, ends, forgotten: after.length < before.length };
  });
  printResult(context, options, answer, () => {
    const shown = shownPath(context, file);
    if (!off)
      return `Watching ${shown}\n${rowText(answer.watch!, ends, out)}End it with: scanflow watch ${shown} --off\n`;
    if (forgotten) return `That ${shown} was watched until its engine ended is forgotten\n`;
    return answer.watch ? `${shown} is watched no longer\n` : `${shown} was not watched\n`;
  });
}

async function list(context: Context, options: WatchOptions): Promise<void> {
  const root = workspaceRoot(context.io.cwd, options);
  const { rows, ends, ended } = await withEngine(context.io, root, {}, async (client) => {
    const armed = await client.watches({});
    return { rows: armed, ends: await endsOf(client, armed), ended: await endedWatches(client) };
  });
  // Not on standard output: it is a list of what is armed.
  for (const one of ended) context.io.err(endedText(one, context, root));
  printResult(context, options, rows, () =>
    rows.length === 0
      ? 'Nothing is watched in this workspace: scanflow watch FILE\n'
      : rows.map((row) => `${context.out.strong(plainLine(row.file))}\n${rowText(row, ends, context.out)}`).join(''),
  );
}

/** None where an engine of before does not know. */
const endedWatches = (client: EngineClient): Promise<EndedWatch[]> => client.endedWatches({}).catch(() => []);

/** What is watched no longer because its engine is gone, and the commands that arm it again, or forget it. */
function endedText({ file, since, ended, parameters = {}, runtime, jobs }: EndedWatch, context: Context, root: string) {
  const shown = quoted(path.relative(context.io.cwd, path.join(root, file)) || file);
  const given = Object.entries(parameters).map(
    ([name, value]) => `-p ${quoted(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`,
  );
  const options = [
    ...given,
    ...(runtime && runtime !== 'auto' ? [`--runtime ${runtime}`] : []),
    ...(jobs === undefined ? [] : [`--jobs ${jobs}`]),
  ];
  return [
    `${context.err.warning('!')} ${plainLine(file)} is not watched since ${moment(ended)}: the engine that watched it from ${moment(since)} on has ended.\n`,
    `    ${['scanflow watch', shown, ...options].join(' ')}   watches it again, from its last batch on\n`,
    `    scanflow watch ${shown} --off   forgets it\n`,
  ].join('');
}

/** As a shell takes it for one word. */
function quoted(written: string): string {
  const text = plainLine(written);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const ENDED: Record<RunState, string> = {
  running: 'is under way',
  waiting: 'waits for a person',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'was cancelled',
  superseded: 'gave its task to a later one',
};

/** How the last runs of these watches went; one that was removed meanwhile is left out. */
async function endsOf(client: EngineClient, rows: readonly WatchRow[]): Promise<Map<string, RunState>> {
  const last = rows.flatMap(({ run, last: ended }) => (run === null && ended !== null ? [ended] : []));
  const shown = await Promise.all(last.map((run) => client.show({ run }).catch(() => null)));
  return new Map(shown.flatMap((summary) => (summary ? [[summary.run, summary.state] as const] : [])));
}

/** What a watch waits for, what it did, and what is wrong. */
function rowText(
  { sources, clocks, run, last, runs, fault }: WatchRow,
  ends: ReadonlyMap<string, RunState>,
  paint: Palette,
): string {
  const end = ends.get(last ?? '');
  const lines = [
    ...sources.map(({ name, path, waiting }) => `${name}: ${path} (${count(waiting, 'new file')})`),
    ...clocks.map(({ node, every, next }) => `${node}: every ${duration(every * 1000)}, next ${moment(next)}`),
    ...(last
      ? [
          `${count(runs, 'run')} so far; ${run ? `run ${run} is under way` : `the last, ${last}, ${end === undefined ? 'is over' : ENDED[end]}`}`,
        ]
      : []),
  ];
  // An engine that was armed before it could tell of sources may still be there.
  const ills = [...sources.map((source) => source.fault ?? null), fault].filter((each) => each !== null);
  return [
    ...lines.map((line) => `  ${plainLine(line)}\n`),
    ...ills.map((ill) => `  ${paint.bad(ill.code)}: ${plainLine(ill.message)}\n    ${plainLine(ill.remedy)}\n`),
  ].join('');
}
