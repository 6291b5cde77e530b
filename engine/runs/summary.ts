import type { Fault, ModelDecision, RunEvent, RunSummary, StepSummary } from '../protocol';
import { aliasesOf } from '../revisions/models';
import type { LedgerState } from '../workspace/ledger';
import type { RunEntry } from './entries';
import type { RunRecord, StepRecord } from './run-state';

/** What clients see of a run. */
export function summaryOf(run: RunRecord, ledger: LedgerState): RunSummary {
  const { header } = run;
  const metrics = new Map<string, Record<string, number>>();
  for (const record of run.steps.values()) {
    if (record.metrics.size === 0 || record.step.role === 'supply') continue;
    // A node that executes in two phases is shown with its last figures.
    const name = record.step.name.slice(0, record.step.name.lastIndexOf('@'));
    metrics.set(name, { ...metrics.get(name), ...Object.fromEntries(record.metrics) });
  }
  return {
    run: header.run,
    state: run.state,
    file: header.file,
    workflow: header.workflow,
    runtime: header.runtime,
    phases: header.phases,
    parameters: header.parameters,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    nodes: [...run.steps.values()].map(stepSummary),
    metrics: Object.fromEntries(metrics),
    tasks: [...run.tasks].filter((id) => ledger.tasks.get(id)?.closed === false),
    models: modelDecisions(run, ledger),
    decisions: [...run.decisions.values()].map(({ id }) => id),
    ...(run.notices.length > 0 ? { notices: run.notices } : {}),
    fault: run.fault ?? firstFault(run),
  };
}

/** What clients see of a step. */
export function stepSummary(record: StepRecord): StepSummary {
  return {
    name: record.step.name,
    state: record.state,
    attempt: record.attempt,
    exitCode: record.exit?.code ?? null,
    startedAt: record.startedAt,
    endedAt: record.endedAt,
    reason: record.reason,
    fault: record.fault,
    progress: record.state === 'running' || record.state === 'preparing' ? record.progress : null,
  };
}

/** How far a step is, between the lines of the journal. */
export function progressOf(run: RunRecord, step: string): RunEvent {
  const at = new Date().toISOString();
  return { run: run.header.run, sequence: run.sequence, at, type: 'step', step: stepSummary(run.steps.get(step)!) };
}

/** One line of the journal as clients see it; `run` has it applied. */
export function eventOf(run: RunRecord, entry: RunEntry): RunEvent {
  const head = { run: run.header.run, sequence: run.sequence, at: entry.at };
  switch (entry.type) {
    case 'planned':
      return { ...head, type: 'planned', steps: entry.steps.map(({ name }) => stepSummary(run.steps.get(name)!)) };
    case 'notice':
      return { ...head, type: 'notice', message: entry.message };
    case 'asked':
      return { ...head, type: 'task', task: entry.task, title: entry.title, count: entry.count };
    case 'decided':
      return { ...head, type: 'decision', decision: entry.decision };
    case 'created':
      return { ...head, type: 'planned', steps: [...run.steps.values()].map(stepSummary) };
    case 'opened':
    case 'resumed':
    case 'ended':
      return { ...head, type: 'state', state: run.state };
    default:
      // How far it is comes between the lines of the journal, and is no part of them.
      return { ...head, type: 'step', step: { ...stepSummary(run.steps.get(entry.step)!), progress: null } };
  }
}

function modelDecisions(run: RunRecord, state: LedgerState): ModelDecision[] {
  const { imported, workflow, file } = run.header;
  const ledger = imported ? state.imported : state;
  const prefix = `${imported ? 'imported/' : ''}${workflow}/`;
  // Another file may have a workflow of this name.
  const own = ledger.models.filter((model) => model.name.startsWith(prefix) && (model.file ?? file) === file);
  const names = new Set(own.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const versions = ledger.models.filter((model) => model.name === name);
    const aliases = imported ? new Map() : aliasesOf(ledger, versions);
    return versions.map(({ version, proposal }) => ({
      name,
      version,
      alias: aliases.get(version) ?? null,
      decision: (proposal && ledger.proposals.get(proposal)?.decision) || null,
    }));
  });
}

function firstFault(run: RunRecord): Fault | null {
  for (const record of run.steps.values()) if (record.fault) return record.fault;
  return null;
}
