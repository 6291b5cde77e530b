import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type ModelRow, type RegisteredModelRow, type RevisionRow, sayChange } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { copyTo } from '../copy-out';
import { cliFault } from '../faults';
import { figure, moment } from '../screen/figures';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

/** `models`, `models get NAME@ALIAS DIR`, `models revisions`. */
export function modelsCommand(program: Command, context: Context): void {
  const { io } = context;
  const models = addCommand(program, 'models', 'list models, their versions and what they gained').option(
    '--registered',
    'only those that nodes and other MLflow clients registered',
  );
  models.action(async (options: CommonOptions & { registered?: boolean }) => {
    const { rows, registered } = await withEngine(io, workspaceRoot(io.cwd, options), {}, async (client) => ({
      rows: await client.models({}),
      registered: await client.registry({}),
    }));
    if (options.registered) printResult(context, options, registered, () => registeredText(registered) || NONE);
    else
      printResult(context, options, rows, () => {
        const parts = [rows.length > 0 ? modelsText(rows) : '', registeredText(registered)];
        return parts.filter((part) => part !== '').join('\n') || NONE;
      });
  });
  addCommand(
    models,
    'get <model> <dir>',
    'copy a model (NAME@champion, NAME@candidate, NAME@VERSION, an alias of its own) into a folder',
  ).action(async (model: string, folder: string, _own: CommonOptions, command: Command) => {
    const options = command.optsWithGlobals<CommonOptions>();
    const { rows, registered } = await withEngine(io, workspaceRoot(io.cwd, options), {}, async (client) => ({
      rows: await client.models({}),
      // All by name, for the message; with its files the one that is meant.
      registered: [...(await client.registry({ model: nameIn(model).name })), ...(await client.registry({}))],
    }));
    const version = versionOf(rows, registered, model);
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

const NONE =
  'No model is registered yet: an improver that was run registers its models, and so does a node that logs one with its name\n';

/** What MLflow clients see beside the models of improvers. */
function registeredText(rows: readonly RegisteredModelRow[]): string {
  const versions = rows.flatMap(({ name, versions: all }) =>
    all.map(({ version, aliases, run, step, createdAt }) => [
      `${name}@${version}`,
      aliases.join(', '),
      run ?? '',
      step ?? '',
      moment(createdAt),
    ]),
  );
  return versions.length === 0 ? '' : table(['REGISTERED', 'ALIASES', 'RUN', 'STEP', 'CREATED'], versions);
}

function modelsText(rows: readonly ModelRow[]): string {
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

/** `NAME@VERSION`, `NAME@ALIAS`; null: what is best of it. */
function nameIn(text: string): { name: string; wanted: string | null } {
  const at = text.lastIndexOf('@');
  return at < 0 ? { name: text, wanted: null } : { name: text.slice(0, at), wanted: text.slice(at + 1) };
}

/** What is copied: a file or folder of the store under a name, or several under theirs. */
interface Copied {
  name: string;
  version: string;
  from: string | { path: string; place: string }[];
}

/** @throws SF3909 where nothing has this name, version or alias. */
function versionOf(rows: readonly ModelRow[], registered: readonly RegisteredModelRow[], text: string): Copied {
  const { name, wanted } = nameIn(text);
  const model = rows.find((row) => row.name === name);
  if (model) {
    const found = model.versions.find(({ version, alias }) => [alias, version].includes(wanted ?? 'champion'));
    if (found) return { name, version: found.version, from: found.path };
    throw noVersion(name, wanted ?? 'champion', model.versions);
  }
  const other = registered.find((row) => row.name === name);
  if (!other) {
    const known = new Set([...rows, ...registered].map((row) => row.name));
    throw cliFault('noModel', `${name} is none of ${[...known].join(', ') || 'no models'}.`);
  }
  const newest = other.versions.at(-1)?.version;
  const named = (alias: string) => other.versions.find(({ version, aliases }) => [...aliases, version].includes(alias));
  const found =
    named(wanted ?? 'champion') ?? (wanted === null || wanted === 'latest' ? named(newest ?? '') : undefined);
  if (!found) throw noVersion(name, wanted ?? 'latest', other.versions);
  if (found.files) return { name, version: found.version, from: found.files };
  throw cliFault('noModel', `the files of ${name}@${found.version} are not in the store, but at ${found.source}.`, {
    remedy: 'Fetch them with the client that can reach that place.',
  });
}

const noVersion = (name: string, wanted: string, versions: readonly { version: string }[]) =>
  cliFault(
    'noModel',
    `${name} has no ${wanted}; its versions are ${versions.map(({ version }) => version).join(', ')}.`,
  );

/** The store's copy is read-only and stays so; this one is the person's own. */
async function copyOut({ from, name, version }: Copied, folder: string): Promise<string> {
  const to = path.join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}-${version}`);
  if (typeof from === 'string') return copyTo(from, to);
  if (await lstat(to).catch(() => null)) throw cliFault('inTheWay', `${to} exists already.`);
  for (const file of from) await copyTo(file.place, path.join(to, file.path));
  return to;
}
