import type { RunRecord } from '../runs/run-state';
import type { GovernedVersion, Tracker } from '../tracker';
import type { Ledger, LedgerState } from '../workspace/ledger';
import type { LedgerEntry, ModelVersion } from '../workspace/ledger-entries';
import { aliasesOf, recordOf, stateOf } from './models';

/** What a version's state is called in MLflow's registry, for clients that go by stages. */
const STAGES = { champion: 'Production', candidate: 'Staging', archived: 'Archived' } as const;

interface Needed {
  tracker: Tracker;
  ledger: Ledger;
  /** The run that made a version. */
  record(run: string): Promise<RunRecord>;
}

/**
 * Keeps MLflow's registry equal to what the workspace's journal says of governed models: a version for each content, the
 * aliases `champion` and `candidate`, stages, and the decision as tags. All of it can be made again of the journal.
 */
export async function mirrorModels({ tracker, ledger, record }: Needed, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const versions = ledger.state.models.filter((model) => model.name === name);
    const registered = new Map<string, string>();
    for (const model of versions) {
      const run = await record(model.run).catch(() => null);
      const step = run?.steps.get(model.step);
      const runId = step?.trackerRun;
      if (!runId) continue;
      const port = name.slice(name.lastIndexOf('.') + 1);
      const file = step.step.outputs
        .find((output) => output.name === port)
        ?.path.split('/')
        .at(-1);
      const tags = {
        'scanflow.model': `${name}@${model.version}`,
        'scanflow.run': model.run,
        'scanflow.step': model.step,
      };
      const { version } = await tracker.registerModel({ name, runId, digest: model.digest, file, tags });
      registered.set(model.version, version);
    }
    const aliases = aliasesOf(ledger.state, versions);
    await tracker.markVersions(name, marksOf(ledger.state, versions, registered, aliases));
    const holder = (alias: 'champion' | 'candidate'): string | null => {
      const version = [...aliases].findLast(([, each]) => each === alias)?.[0];
      return (version !== undefined && registered.get(version)) || null;
    };
    await tracker.setAliases(name, { champion: holder('champion'), candidate: holder('candidate') });
  }
}

function marksOf(
  state: LedgerState,
  versions: readonly ModelVersion[],
  registered: ReadonlyMap<string, string>,
  aliases: ReadonlyMap<string, 'champion' | 'candidate'>,
): GovernedVersion[] {
  const record = recordOf(state, versions);
  // Of several decisions on one content the one in effect is told, or else the last.
  const told = new Map<string, ModelVersion>();
  for (const model of versions) {
    const version = registered.get(model.version);
    if (version === undefined) continue;
    const known = told.get(version);
    if (!known || !aliases.has(known.version) || aliases.has(model.version)) told.set(version, model);
  }
  return [...told].map(([version, model]) => {
    const kind = stateOf(aliases.get(model.version));
    const last = record.findLast((line) => line.version === model.version);
    const decided = last && {
      'scanflow.decision': last.decision,
      'scanflow.decided': last.state,
      'scanflow.by': last.by,
      'scanflow.at': last.at,
      'scanflow.reason': last.reason,
      'scanflow.metric': `${last.metric}: ${last.before} -> ${last.after}`,
    };
    return { version, stage: STAGES[kind], tags: { 'scanflow.state': kind, ...decided } };
  });
}

/** The models that an entry of the workspace's journal says something new about. */
function modelsIn(state: LedgerState, entry: LedgerEntry): string[] {
  if (entry.type === 'model') return [entry.name];
  if (entry.type !== 'decision') return [];
  // A promotion succeeds a champion of the same model, a roll back brings one back: all versions have new states.
  const about = ({ proposal, revisions = [] }: ModelVersion) => proposal === entry.id || revisions.includes(entry.id);
  return [...new Set(state.models.filter(about).map(({ name }) => name))];
}

/**
 * A ledger whose entries reach the registry, too: at once for those to come, and all of them at the start. What fails
 * there (a full disk) fails no decision: the journal has it, and the next start makes the registry of it.
 */
export function mirroredLedger(needed: Needed, onError: (error: unknown) => void): Ledger {
  const { ledger } = needed;
  let last: Promise<void> = Promise.resolve();
  const mirror = (names: readonly string[]): Promise<void> => {
    last = last.then(() => mirrorModels(needed, names)).catch(onError);
    return last;
  };
  void mirror([...new Set(ledger.state.models.map(({ name }) => name))]);
  return {
    state: ledger.state,
    append: async (entry) => {
      await ledger.append(entry);
      const names = modelsIn(ledger.state, entry);
      if (names.length > 0) await mirror(names);
    },
    inTurn: (work) => ledger.inTurn(work),
    close: async () => {
      await last;
      await ledger.close();
    },
  };
}
