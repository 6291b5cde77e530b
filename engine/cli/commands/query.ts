import { type Command, InvalidArgumentError } from 'commander';
import type { QueryRow } from '../../protocol';
import { addCommand, type CommonOptions, type Context, printResult } from '../command';
import { thingNamed } from '../run-name';
import { figure, moment } from '../screen/figures';
import { plainLine } from '../screen/plain-text';
import { table } from '../screen/table';
import { withEngine } from '../with-engine';
import { workspaceRoot } from '../workspace-root';

interface QueryOptions extends CommonOptions {
  order?: string[];
  limit?: number;
  workflow?: string;
  execution?: string;
}

/** Metrics and parameters that get a column each: those of most rows first. */
const COLUMNS = 6;

/** `query [FILTER]`. */
export function queryCommand(program: Command, context: Context): void {
  const { io } = context;
  addCommand(program, 'query [filter]', 'search what was logged: "metrics.accuracy > 0.9 and params.lr = \'0.1\'"')
    .option('--order <key...>', 'for instance "metrics.accuracy DESC" (default: the newest first)')
    .option('--limit <n>', 'at most that many (default: 100)', wholeNumber)
    .option('--workflow <name>', 'only of this workflow')
    .option('--execution <id>', 'only of this run, RUN/STEP, or id: its tracker is asked')
    .action(async (filter: string | undefined, options: QueryOptions) => {
      const root = workspaceRoot(io.cwd, options);
      const { order, limit, workflow, execution } = options;
      const rows = await withEngine(io, root, {}, async (client) => {
        const asked = execution === undefined ? undefined : await thingNamed(client, execution);
        return client.query({ filter, order, limit, workflow, execution: asked });
      });
      printResult(context, options, rows, () => queryText(rows));
    });
}

function queryText(rows: readonly QueryRow[]): string {
  if (rows.length === 0) return 'Nothing fits\n';
  const metrics = columns(rows, ({ metrics: all }) => Object.keys(all));
  const params = columns(rows, ({ params: all }) => Object.keys(all));
  return table(
    ['EXECUTION', 'NAME', 'RUN', 'STATUS', 'STARTED', ...[...metrics, ...params].map(plainLine)],
    rows.map((row) => [
      row.execution,
      plainLine(row.name),
      row.run ?? '',
      row.status,
      moment(row.startedAt),
      ...metrics.map((name) => (Object.hasOwn(row.metrics, name) ? figure(row.metrics[name]!) : '')),
      ...params.map((name) => (Object.hasOwn(row.params, name) ? plainLine(row.params[name]!).slice(0, 40) : '')),
    ]),
  );
}

/** The names that most rows have; what the machine did comes last. */
function columns(rows: readonly QueryRow[], namesOf: (row: QueryRow) => string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of rows.flatMap(namesOf)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rank = ([name, count]: [string, number]) => (name.startsWith('system.') ? 0 : count);
  return [...counts]
    .sort((a, b) => rank(b) - rank(a))
    .slice(0, COLUMNS)
    .map(([name]) => name);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
