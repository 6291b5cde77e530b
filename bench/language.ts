import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, Session } from './language/session';
import { type LongText, longText } from './language/text';

/** Milliseconds: half of the times are below `p50`, one in twenty is above `p95`. CPU is the mean of one round. */
interface Times {
  p50: number;
  p95: number;
  cpu: number | null;
}

interface ServerResult {
  /** `didOpen` to the first diagnostics. */
  open: { ms: number; cpu: number | null };
  /** A letter is typed, to the diagnostics that show its mistake. */
  change: Times;
  /** The keys of a node, in a text that has not changed. */
  completion: Times;
  /** A letter is typed, then what could follow is asked for at once: keys of a node, and where an edge may lead. */
  typedKey: Times;
  typedEdge: Times;
  memoryMiB: number;
}

type Contender = 'scanflow' | 'yaml-language-server';

const ROUNDS = 25;
const LINES = [2_000, 20_000];

/**
 * Our language server against `yaml-language-server` with our JSON Schema: both over stdio, on the same text, edit by edit
 * in turns, in one run.
 */
async function language(): Promise<object> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-bench-'));
  try {
    const results: Record<string, object> = {};
    for (const lines of LINES) results[`${lines} lines`] = await measure(longText(lines), folder);
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(long: LongText, folder: string): Promise<object> {
  const sessions: Record<Contender, Session> = {
    scanflow: await Session.start(
      [path.resolve('dist/language-server.js')],
      pathToFileURL(folder).href,
      pathToFileURL(path.join(folder, 'long.scanflow')).href,
      {},
    ),
    'yaml-language-server': await yamlServer(folder),
  };
  const rounds = new Map<string, { times: number[]; cpu: number }>();
  const opened = {} as Record<Contender, ServerResult['open']>;
  try {
    for (const [name, session] of entries(sessions)) {
      const cpu = session.cpu();
      const start = performance.now();
      const found = await session.open(name === 'scanflow' ? 'scanflow' : 'yaml', long.text);
      if (found.some(isError)) throw new Error(`${name}: ${found.find(isError)?.message}`);
      opened[name] = { ms: round(performance.now() - start), cpu: orNull(session.cpu() - cpu) };
    }
    for (let number = -2; number < ROUNDS; number++) {
      console.error(`${long.text.length} characters, round ${number + 1} of ${ROUNDS}`);
      for (const [kind, play] of Object.entries(plays)) {
        for (const [name, session] of entries(sessions)) {
          const cpu = session.cpu();
          const ms = await play(session, long, Math.abs(number));
          // The first two warm up both.
          if (number < 0) continue;
          const known = rounds.get(`${name} ${kind}`) ?? { times: [], cpu: 0 };
          known.times.push(ms);
          known.cpu += session.cpu() - cpu;
          rounds.set(`${name} ${kind}`, known);
        }
      }
    }
    const result = (name: Contender): ServerResult => {
      const times = (kind: string) => timesOf(rounds.get(`${name} ${kind}`)!);
      return {
        open: opened[name],
        change: times('change'),
        completion: times('completion'),
        typedKey: times('typedKey'),
        typedEdge: times('typedEdge'),
        memoryMiB: sessions[name].memory(),
      };
    };
    return {
      characters: long.text.length,
      nodes: long.nodes,
      edges: long.edges,
      rounds: ROUNDS,
      scanflow: result('scanflow'),
      'yaml-language-server': result('yaml-language-server'),
    };
  } finally {
    for (const [, session] of entries(sessions)) session.end();
  }
}

function yamlServer(folder: string): Promise<Session> {
  const schema = path.join(folder, 'schema.json');
  copyFileSync('graph/scanflow.schema.json', schema);
  const yaml = {
    schemas: { [pathToFileURL(schema).href]: '*.yaml' },
    schemaStore: { enable: false },
    validate: true,
    completion: true,
  };
  return Session.start(
    [path.resolve('node_modules/yaml-language-server/bin/yaml-language-server')],
    pathToFileURL(folder).href,
    pathToFileURL(path.join(folder, 'long.yaml')).href,
    { yaml },
  );
}

/** What a person does, once: the milliseconds that it took the server. What they wrote is taken back, and settles. */
const plays: Record<string, (session: Session, long: LongText, number: number) => Promise<number>> = {
  change: async (session, long, number) => {
    const key = long.keys[number % long.keys.length]!;
    const wrong = session.diagnostics((found) => found.some(isError));
    const start = performance.now();
    await session.write(key, 'x');
    await wrong;
    const ms = performance.now() - start;
    const right = session.diagnostics((found) => !found.some(isError));
    await session.write(key, '', 1);
    await right;
    return ms;
  },
  completion: async (session, long, number) => {
    const line = long.ends[number % long.ends.length]!;
    const start = performance.now();
    await offered(session, { line, character: 4 });
    return performance.now() - start;
  },
  typedKey: (session, long, number) => typed(session, long.ends[number % long.ends.length]!, '    d'),
  typedEdge: (session, long) => typed(session, long.lastEdge, '  - n7.y -> n'),
};

/** Writes a line, asks what could follow, and takes the line back. */
async function typed(session: Session, after: number, line: string): Promise<number> {
  const wrong = session.diagnostics((found) => found.some(isError));
  const start = performance.now();
  await session.addLine(after, line);
  await offered(session, { line: after + 1, character: line.length }, line.includes('->'));
  const ms = performance.now() - start;
  // A text without a mistake in the eyes of a server settles with the next one.
  await Promise.race([wrong, pause(1500)]);
  const right = session.diagnostics((found) => !found.some(isError));
  await session.removeLine(after, line);
  await right;
  return ms;
}

/** @param mayBeNothing a schema knows nothing of edges. */
async function offered(session: Session, at: { line: number; character: number }, mayBeNothing = false): Promise<void> {
  const count = await session.complete(at);
  if (count === 0 && !mayBeNothing) throw new Error(`Nothing was offered at line ${at.line + 1}.`);
}

const isError = ({ severity }: Diagnostic): boolean => severity === 1;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const entries = <V>(of: Record<Contender, V>): [Contender, V][] => Object.entries(of) as [Contender, V][];
const round = (value: number): number => Math.round(value * 10) / 10;
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : round(value));

function timesOf({ times, cpu }: { times: number[]; cpu: number }): Times {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!);
  return { p50: at(0.5), p95: at(0.95), cpu: orNull(cpu / times.length) };
}

void language().then((result) => console.log(JSON.stringify(result, null, 2)));
