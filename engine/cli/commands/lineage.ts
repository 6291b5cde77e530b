import { cp, lstat, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { type Lineage, spelledJson } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { cliFault } from '../faults';
import { thingNamed } from '../run-name';
import { moment } from '../screen/figures';
import { keptSize } from '../screen/kept-size';
import { plainLine } from '../screen/plain-text';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

interface LineageOptions extends CommonOptions {
  as?: 'prov' | 'openlineage' | 'ro-crate';
  out?: string;
}

/** `lineage THING`. */
export function lineageCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'lineage <thing>', 'show where a model, a run, a step or a file came from, back to the bytes')
    .addOption(
      new Option(
        '--as <format>',
        'a standard form: PROV-JSON, OpenLineage events, or an RO-Crate with all content',
      ).choices(['prov', 'openlineage', 'ro-crate']),
    )
    .option('-o, --out <path>', 'with --as: a new file; for ro-crate a new folder')
    .action(async (named: string, options: LineageOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const out = options.out === undefined ? null : path.resolve(io.cwd, options.out);
      if (out !== null && (await lstat(out).catch(() => null))) throw cliFault('inTheWay', `${out} exists already.`);
      if (options.as === 'ro-crate' && out === null)
        throw cliFault('usage', 'an RO-Crate is a folder: give --out DIR.');
      if (options.as === undefined && out !== null) throw cliFault('usage', '--out needs --as.');
      const { thing, lineage, document } = await withEngine(io, root, {}, async (client) => {
        const thing = await thingNamed(client, named);
        const lineage = await client.lineage({ thing });
        return {
          thing,
          lineage,
          document: options.as && (await client.provenance({ thing, format: options.as })).document,
        };
      });
      if (document === undefined) {
        printResult(context, options, lineage, () => lineageText(lineage));
        return;
      }
      if (out === null) {
        io.out(`${spelledJson(document, options.json ? 0 : 2)}\n`);
        return;
      }
      if (options.as === 'ro-crate') await writeCrate(root, lineage, document, out);
      else await writeFile(out, `${spelledJson(document, 2)}\n`, { flag: 'wx' });
      printResult(context, options, { thing, format: options.as, path: out }, () => `${out}\n`);
    });
}

/** Content where `crateId` says: `artifacts/DIGEST`. */
async function writeCrate(root: string, { entities }: Lineage, document: unknown, out: string): Promise<void> {
  await mkdir(path.join(out, 'artifacts'), { recursive: true });
  for (const { kind, digest, path: from } of entities) {
    if (kind === 'absent') continue;
    await cp(path.join(root, from), path.join(out, 'artifacts', digest), { recursive: true, verbatimSymlinks: true });
  }
  await writeFile(path.join(out, 'ro-crate-metadata.json'), `${spelledJson(document, 2)}\n`);
}

function lineageText({ thing, executions, entities, used, made }: Lineage): string {
  const known = new Map(entities.map((entity) => [entity.digest, entity]));
  const content = (digest: string, port: string) => {
    const { names = [], bytes = null, role } = known.get(digest) ?? {};
    const name = names.find((each) => each.includes('(')) ?? names[0] ?? '';
    return `    ${plainLine(port)}: ${plainLine(name)} (${role ?? ''}, ${keptSize(bytes)}) ${digest.slice(0, 12)}\n`;
  };
  const lines = executions.map((each) => {
    const git = each.git
      ? `, commit ${each.git.commit.slice(0, 10)}${each.git.changed > 0 ? ' with changes' : ''}`
      : '';
    const links = (all: Lineage['used']) =>
      all.filter(({ execution }) => execution === each.id).map(({ digest, port }) => content(digest, port));
    return [
      `${plainLine(each.id)}, ${moment(each.startedAt ?? '')}${each.by ? `, by ${plainLine(each.by)}` : ''}${git}\n`,
      '  made\n',
      ...links(made),
      '  from\n',
      ...links(used),
      ...(each.rules.length > 0 ? ['  rules\n', ...each.rules.map((rule) => `    ${plainLine(rule)}\n`)] : []),
    ].join('');
  });
  if (lines.length > 0) return lines.join('\n');
  return `${plainLine(thing)} was made by nothing that ran in this workspace: it came from outside\n`;
}
