import { chmod, cp, lstat, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type ModelRow, type RevisionRow, sayChange } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { cliFault } from '../faults';
import { figure, moment } from '../screen/figures';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

type Version = ModelRow['versions'][number];

/** `models`, `models get NAME@ALIAS DIR`, `models revisions`. */
export function modelsCommand(program: Command, context: Context): void {
  const { io } = context;
  const list = (options: CommonOptions) =>
    withEngine(io, workspaceRoot(io.cwd, options), {}, (client) => client.models({}));

  const models = addCommand(program, 'models', 'list models, their versions and what they gained');
  models.action(async (options: CommonOptions) => {
    const rows = await list(options);
    printResult(context, options, rows, () => modelsText(rows));
  });
  addCommand(
    models,
    'get <model> <dir>',
    'copy a model (NAME@champion, NAME@candidate, NAME@VERSION) into a folder',
  ).action(async (model: string, folder: string, _own: CommonOptions, command: Command) => {
    const options = command.optsWithGlobals<CommonOptions>();
    const version = versionOf(await list(options), model);
    const copied = await copyOut(version, path.resolve(io.cwd, folder));
    const { name, version: number } = version;
    printResult(context, options, { name, version: number, path: copied }, () => `${copied}\n`);
  });
  addCommand(models, 'revisions', 'list the revisions in effect, and what they change in workflows').action(
    async (_own: CommonOptions, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const rows = await withEngine(io, workspaceRoot(io.cwd, options), {}, (client) => client.revisions({}));
      printResult(context, options, rows, () => revisionsText(rows));
    },
  );
}

function revisionsText(rows: readonly RevisionRow[]): string {
  if (rows.length === 0) return 'No revision is in effect: every workflow runs as it is in its file\n';
  const lines = rows.map(({ decision, file, improver, inserts, sets }) => [
    decision,
    file,
    improver,
    [
      ...inserts.map(({ op, name, before }) =>
        op === 'merge' ? `feedback into ${before}` : `${name} before ${before}`,
      ),
      ...sets.map(sayChange),
    ].join(', '),
  ]);
  return table(['REVISION', 'FILE', 'IMPROVER', 'CHANGES'], lines);
}

function modelsText(rows: readonly ModelRow[]): string {
  if (rows.length === 0) return 'No model is registered yet: an improver that was run registers its models\n';
  const versions = rows.flatMap(({ name, versions: all }) =>
    all.map(({ version, state, decision, run, createdAt }) => [
      `${name}@${version}`,
      state,
      decision ? `${decision.state} (${decision.id})` : '',
      run ?? '',
      moment(createdAt),
    ]),
  );
  const gains = rows.flatMap(({ name, improvement }) =>
    Object.entries(improvement).map(([metric, gain]) => [name, metric, `${gain < 0 ? '' : '+'}${figure(gain)}`]),
  );
  const improvement = gains.length === 0 ? '' : `\n${table(['IMPROVEMENT', 'METRIC', 'SUM'], gains)}`;
  const record = rows.flatMap(({ name, record: lines }) =>
    lines.map(({ version, state, by, at, metric, before, after, reason }) => [
      `${name}@${version ?? ''}`,
      state,
      by,
      moment(at),
      `${metric} ${figure(before)} -> ${figure(after)}`,
      reason,
    ]),
  );
  const history = record.length === 0 ? '' : `\n${table(['RECORD', 'STATE', 'BY', 'WHEN', 'METRIC', 'WHY'], record)}`;
  return `${table(['MODEL', 'STATE', 'DECISION', 'RUN', 'CREATED'], versions)}${history}${improvement}`;
}

/** @throws SF3909 where nothing has this name, version or alias. */
function versionOf(rows: readonly ModelRow[], text: string): Version {
  const at = text.lastIndexOf('@');
  const [name, wanted] = at < 0 ? [text, 'champion'] : [text.slice(0, at), text.slice(at + 1)];
  const model = rows.find((row) => row.name === name);
  if (!model) throw cliFault('noModel', `${name} is none of ${rows.map((row) => row.name).join(', ') || 'no models'}.`);
  const found = model.versions.find(({ version, alias }) => alias === wanted || version === wanted);
  if (found) return found;
  throw cliFault(
    'noModel',
    `${name} has no ${wanted}; its versions are ${model.versions.map(({ version }) => version).join(', ')}.`,
  );
}

/** The store's copy is read-only and stays so; this one is the person's own. */
async function copyOut({ path: from, name, version }: Version, folder: string): Promise<string> {
  const to = path.join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}-${version}`);
  if (await lstat(to).catch(() => null)) throw cliFault('inTheWay', `${to} exists already.`);
  await mkdir(folder, { recursive: true });
  await cp(from, to, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  await makeWritable(to);
  return to;
}

async function makeWritable(at: string): Promise<void> {
  const stats = await lstat(at);
  if (stats.isSymbolicLink()) return;
  await chmod(at, stats.mode | 0o200);
  if (stats.isDirectory()) for (const name of await readdir(at)) await makeWritable(path.join(at, name));
}
