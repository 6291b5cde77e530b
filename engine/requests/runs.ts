import { constants } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWorkflow } from '../../graph';
import { differingFields } from '../plan';
import { type Explanation, type LogChunk, type RunEvent, type RunState, SETTLED_WELL } from '../protocol';
import { isAnswered } from '../runs/active-run';
import type { ActiveRuns } from '../runs/active-runs';
import type { RunEntry } from '../runs/entries';
import { passagesOf } from '../runs/passages';
import { requireStep } from '../runs/require-step';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import { applyEntry, newRun, type StepRecord } from '../runs/run-state';
import { eventOf, summaryOf } from '../runs/summary';
import { logTail } from '../runtimes/log-tail';
import type { RunIndex } from '../store/run-index';
import { folderName, insideWorkspace } from '../workspace/places';
import { changedFiles } from './changed-files';
import type { Handlers } from './handlers';

type RunHandlers = Pick<
  Handlers,
  'validate' | 'run' | 'resume' | 'cancel' | 'settled' | 'show' | 'runs' | 'follow' | 'logs' | 'explain' | 'inspect'
>;

/** Requests about runs. */
export function runRequests(rooms: EngineRooms, runs: ActiveRuns, index: RunIndex, by: string): RunHandlers {
  const interrupted = async (run: string, state: RunState) => {
    if (runs.drives(run)) return {};
    const lost = state === 'running' || (state === 'waiting' && (await waitsInVain(rooms, run)));
    return lost ? { interrupted: true } : {};
  };
  const show = async (run: string) => {
    const record = await runs.record(run);
    const text = path.relative(rooms.places.root, rooms.artifacts.pathOf(record.header.text));
    return {
      ...summaryOf(record, rooms.ledger.state),
      ...(await interrupted(run, record.state)),
      text: text.replaceAll(path.sep, '/'),
    };
  };
  return {
    validate: async ({ file }) => {
      const text = await readFile(insideWorkspace(rooms.places, rooms.places.root, file, 'Workflow'), 'utf8');
      return { problems: parseWorkflow(text).problems };
    },
    run: async (request) => ({ run: await runs.start({ by, ...request }) }),
    resume: async ({ run }) => {
      await runs.resume(run, by);
      return { run };
    },
    cancel: async ({ run }) => {
      await runs.cancel(run);
      return { run };
    },
    settled: async ({ run }) => {
      await runs.settled(run);
      return show(run);
    },
    show: ({ run }) => show(run),
    runs: async ({ limit }) =>
      Promise.all(
        index
          .rows()
          .slice(0, limit)
          .map(async (row) => ({ ...row, ...(await interrupted(row.run, row.state)) })),
      ),
    follow: async ({ run, after = 0 }) => history((await readRun(rooms.places, run)).entries, after),
    logs: ({ run, node }) => readLogs(rooms, runs, run, node),
    inspect: async ({ run, edge }) => passagesOf(rooms, await runs.record(run), edge),
    explain: async ({ run, node }) => {
      const record = await runs.record(run);
      if (node !== undefined) requireStep(record, node);
      const steps = [...record.steps.values()].filter(
        ({ step }) => step.role === 'execute' && (node === undefined || step.name === node || step.node === node),
      );
      return Promise.all(steps.map((step) => explain(rooms, record.header.file, run, step)));
    },
  };
}

/** Nothing is asked in its name any more: only then its journal is read for what it waits for. */
async function waitsInVain({ ledger, places }: EngineRooms, run: string): Promise<boolean> {
  const { tasks, proposals } = ledger.state;
  if ([...tasks.values()].some((task) => task.run === run && !task.closed)) return false;
  if ([...proposals.values()].some((each) => each.run === run && each.decision.state === 'waiting')) return false;
  const read = await readRun(places, run).catch(() => null);
  return read !== null && isAnswered(read.record, ledger.state);
}

/** The events of a journal, from one sequence number on. */
function history([first, ...rest]: RunEntry[], after: number): RunEvent[] {
  if (first?.type !== 'created') return [];
  const run = newRun(first);
  const events = [eventOf(run, first)];
  for (const entry of rest) {
    applyEntry(run, entry);
    events.push(eventOf(run, entry));
  }
  return events.filter(({ sequence }) => sequence > after);
}

async function readLogs(rooms: EngineRooms, runs: ActiveRuns, run: string, node?: string): Promise<LogChunk[]> {
  const record = await runs.record(run);
  if (node !== undefined) requireStep(record, node);
  const { steps } = record;
  const chunks: LogChunk[] = [];
  for (const { step, state, from, key } of steps.values()) {
    if (node !== undefined && step.name !== node && step.node !== node) continue;
    const folder = path.join(rooms.places.runs, run, 'steps', folderName(step.name));
    const attempts = await readdir(folder).catch(() => []);
    for (const attempt of attempts.map(Number).sort((a, b) => a - b)) {
      chunks.push({ node: step.name, attempt, text: await textOf(folder, attempt) });
    }
    if (state !== 'cached' || from === null) continue;
    const made = node === undefined ? null : await logOfMaker(rooms, runs, from, key);
    chunks.push({ node: step.name, attempt: 0, text: '', ...made, run: from });
  }
  return chunks;
}

const textOf = (folder: string, attempt: number): Promise<string> =>
  logTail(path.join(folder, String(attempt)), constants.MAX_STRING_LENGTH).catch(() => '');

/** What the attempt wrote that another run took from the cache; null where it is forgotten. It may be of a step of another name. */
async function logOfMaker({ places }: EngineRooms, runs: ActiveRuns, run: string, key: string | null) {
  const made = await runs.record(run).catch(() => null);
  const maker = [...(made?.steps.values() ?? [])].find((step) => step.key === key && step.state === 'succeeded');
  if (!maker) return null;
  const { attempt, step } = maker;
  return { attempt, text: await textOf(path.join(places.runs, run, 'steps', folderName(step.name)), attempt) };
}

async function explain(rooms: EngineRooms, file: string, run: string, record: StepRecord): Promise<Explanation> {
  const { step, key, fields, state, from, startedAt } = record;
  const head = { step: step.name, key: key ?? '', run: from };
  if (state === 'cached') return { ...head, verdict: 'hit', differs: [] };
  if (!step.cache) return { ...head, verdict: 'off', differs: [] };
  if (step.history === null || key === null || startedAt === null) return { ...head, verdict: 'none', differs: [] };
  const before = rooms.history.before(file, step.history, run, startedAt);
  if (!before) return { ...head, verdict: 'none', differs: [] };
  const differs = await Promise.all(
    differingFields(before.fields, fields).map(async (field) => {
      const code = field.field.startsWith('files.');
      const files = code ? await changedFiles(rooms.artifacts, field.before, field.after) : null;
      return files ? { ...field, files } : field;
    }),
  );
  const verdict = SETTLED_WELL.includes(state) || differs.length > 0 ? 'miss' : 'none';
  return { ...head, run: before.run, verdict, differs };
}
