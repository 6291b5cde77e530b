import type { Supply } from '../plan';
import type { Lineage, LineageEntity, LineageExecution, LineageLink } from '../protocol';
import { originName } from '../runs/capture';
import { keptOf } from '../runs/kept';
import { readinessOf } from '../runs/readiness';
import type { EngineRooms } from '../runs/run-context';
import { readRun } from '../runs/run-file';
import type { RunRecord, StepRecord } from '../runs/run-state';
import { type Named, namedThing } from './thing';

/**
 * Where something came from, back to the bytes: from each content to the execution that made it, from each execution to
 * what it took, its program's files and the workflow's text, until nothing is left that anybody here made.
 *
 * @throws SF3080 where nothing has the name.
 */
export async function lineageOf(rooms: EngineRooms, thing: string): Promise<Lineage> {
  const walk = new Walk(rooms);
  const named = await namedThing(rooms, thing);
  for (const each of named) await walk.from(each);
  return { thing, of: [...new Set(named.map(({ digest }) => digest))], ...(await walk.result()) };
}

/** What `scanflow/rules` begins the names of its tags with. */
const RULE = 'scanflow.rule.';

/** One step of one run. */
interface Execution {
  run: RunRecord;
  record: StepRecord;
}

class Walk {
  private readonly runs = new Map<string, Promise<RunRecord | null>>();
  private readonly executions = new Map<string, LineageExecution>();
  private readonly names = new Map<string, { names: Set<string>; role: LineageEntity['role'] }>();
  private readonly links = { used: new Map<string, LineageLink>(), made: new Map<string, LineageLink>() };
  private readonly waiting: Named[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly rooms: EngineRooms) {}

  /** Breadth first, without recursion: histories are long. */
  async from(start: Named): Promise<void> {
    this.waiting.push(start);
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const key = JSON.stringify([next.digest, next.run ?? null, next.step ?? null]);
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      await this.visit(next);
    }
  }

  private async visit({ digest, run, step }: Named): Promise<void> {
    this.know(digest, null, 'source');
    const maker = await this.makerOf(digest, run, step);
    if (maker) this.execution(maker.run, maker.record, digest);
  }

  /**
   * The execution behind content: the one that is named, or that it was cached or supplied from; where neither is known, the
   * first that ever made these bytes.
   */
  private async makerOf(digest: string, named?: string, step?: string): Promise<Execution | null> {
    const run = named === undefined ? null : await this.run(named);
    const record = step === undefined ? undefined : run?.steps.get(step);
    const origin = run && record ? await this.originOf(digest, run, record) : null;
    if (origin) return origin;
    const makers = this.rooms.history.makersOf(digest);
    for (const maker of [...makers.filter((each) => each.run === named), ...makers]) {
      const its = await this.run(maker.run);
      const made = its?.steps.get(maker.step);
      if (its && made?.state === 'succeeded' && hasMade(made, digest)) return { run: its, record: made };
    }
    return null;
  }

  /**
   * Other nodes may have made the same bytes: a step's own record says from which run it has them. What is supplied may have
   * come from the cache, which has only what was executed.
   */
  private async originOf(digest: string, run: RunRecord, record: StepRecord): Promise<Execution | null> {
    if (!hasMade(record, digest)) return null;
    if (record.state === 'succeeded') return { run, record };
    const from = record.from === null ? null : await this.run(record.from);
    if (!from) return null;
    const supply = record.state === 'supplied' ? run.supplies.get(record.step.name) : undefined;
    const origins = [...from.steps.values()].filter(
      (each) =>
        hasMade(each, digest) &&
        (supply ? supplies(supply, each) : each.state === 'succeeded' && each.key === record.key),
    );
    // Two nodes that do the same have one key.
    const origin = origins.find(({ step }) => step.name === record.step.name) ?? origins[0];
    return origin ? this.originOf(digest, from, origin) : null;
  }

  private execution(run: RunRecord, record: StepRecord, digest: string): void {
    const { header } = run;
    const { step, spec, exit } = record;
    const id = `${header.run}/${step.name}`;
    for (const [port, made] of record.outputs) {
      if (made !== digest) continue;
      this.know(made, `${step.name}.${port}`, 'output');
      this.link('made', id, made, port);
    }
    if (this.executions.has(id)) return;
    this.executions.set(id, {
      id,
      run: header.run,
      step: step.name,
      node: step.node,
      workflow: header.workflow,
      file: header.file,
      startedAt: exit?.startedAt ?? record.startedAt,
      endedAt: exit?.endedAt ?? record.endedAt,
      by: header.request.by ?? '',
      runtime: header.runtime,
      environment: record.fields.environment ?? null,
      command: spec?.builtin ? ['scanflow', spec.builtin] : (spec?.command ?? []),
      parameters: { ...step.scope, ...step.parameters },
      metrics: Object.fromEntries(record.metrics),
      exitCode: exit?.code ?? null,
      git: header.git ?? null,
      tracked: record.trackerRun,
      rules: [],
    });
    this.know(header.text, header.file, 'workflow');
    this.link('used', id, header.text, 'workflow');
    for (const [name, file] of fieldsOf(record, 'files.')) {
      this.know(file, name, 'program');
      this.link('used', id, file, name);
    }
    this.inputs(run, record, id);
    // What a person answered was made into this step's output by another.
    for (const { step: collect } of run.steps.values()) {
      if (collect.completes === step.name) this.waiting.push({ digest, run: header.run, step: collect.name });
    }
  }

  private inputs(run: RunRecord, record: StepRecord, id: string): void {
    const digests = new Map(fieldsOf(record, 'inputs.'));
    const readiness = readinessOf(run, record);
    const bindings = readiness.kind === 'ready' ? readiness.inputs : record.step.inputs;
    for (const binding of bindings) {
      const port = binding.index === null ? binding.port : `${binding.port}/${binding.index}`;
      const digest = digests.get(port);
      if (digest === undefined) continue;
      const { origin } = binding;
      const source = origin.kind === 'source' ? ` (${run.header.sourcePaths?.[origin.name] ?? origin.name})` : '';
      const name = origin.kind === 'artifact' ? `${record.step.name}.${port}` : `${originName(binding)}${source}`;
      this.know(digest, name, 'source');
      this.link('used', id, digest, port);
      const from = origin.kind === 'step' ? run.steps.get(origin.step) : undefined;
      if (from && ![...from.outputs.values()].includes(digest)) {
        // Values that an edge carries are of the source's making, but no file of it.
        const maker = [...from.outputs.values()][0];
        if (maker !== undefined) this.waiting.push({ digest: maker, run: run.header.run, step: from.step.name });
      }
      this.waiting.push({ digest, run: run.header.run, step: from?.step.name });
    }
  }

  private run(id: string): Promise<RunRecord | null> {
    let read = this.runs.get(id);
    if (!read) {
      read = readRun(this.rooms.places, id).then(
        ({ record }) => record,
        () => null,
      );
      this.runs.set(id, read);
    }
    return read;
  }

  private know(digest: string, name: string | null, role: LineageEntity['role']): void {
    const known = this.names.get(digest) ?? { names: new Set<string>(), role };
    if (name !== null) known.names.add(name);
    // What a node made may be another's source; it was made all the same.
    if (role === 'output') known.role = role;
    this.names.set(digest, known);
  }

  private link(kind: 'used' | 'made', execution: string, digest: string, port: string): void {
    this.links[kind].set(JSON.stringify([execution, digest, port]), { execution, digest, port });
  }

  /** A rule's words are in the tags that its node logged. */
  private async nameRules(executions: LineageExecution[]): Promise<void> {
    const ids = new Set(executions.flatMap(({ tracked }) => tracked ?? []));
    if (ids.size === 0) return;
    const asked = { filter: '', order: [], limit: ids.size, experiment: null, ids };
    const runs = new Map((await this.rooms.tracker.search(asked)).map((run) => [run.id, run]));
    for (const execution of executions) {
      const tags = runs.get(execution.tracked ?? '')?.tags ?? new Map<string, string>();
      execution.rules = [...tags].flatMap(([name, words]) => (name.startsWith(RULE) ? [words] : [])).sort();
    }
  }

  async result(): Promise<Omit<Lineage, 'thing' | 'of'>> {
    const entities: LineageEntity[] = [];
    for (const [digest, { names, role }] of this.names) {
      entities.push({ ...(await keptOf(this.rooms, digest)), names: [...names], role });
    }
    const executions = [...this.executions.values()];
    await this.nameRules(executions);
    return {
      entities,
      executions,
      used: [...this.links.used.values()],
      made: [...this.links.made.values()],
    };
  }
}

function fieldsOf(record: StepRecord, prefix: string): [string, string][] {
  return Object.entries(record.fields).flatMap(([name, value]): [string, string][] =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
  );
}

const hasMade = (record: StepRecord, digest: string): boolean => [...record.outputs.values()].includes(digest);

/** Is this the step that a supplied one stands for? */
function supplies({ from, history }: Supply, { step, state }: StepRecord): boolean {
  if (state === 'supplied') return false;
  return from === null ? step.history !== null && history.includes(step.history) : step.name === from;
}
