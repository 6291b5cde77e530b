import type { EngineRooms } from '../runs/run-context';
import type { ImportedModels } from '../workspace/ledger-entries';

/** The models that these runs made, and every decision on their proposals: what `scanflow models` tells of them. */
export function modelsOfRuns({ ledger }: EngineRooms, runs: ReadonlySet<string>): ImportedModels {
  const { models, proposals, verdicts } = ledger.state;
  const proposed = [...proposals.values()].filter(({ run }) => runs.has(run)).map(({ decision }) => decision);
  const ids = new Set(proposed.map(({ id }) => id));
  return {
    models: models.filter(({ run }) => runs.has(run)),
    decisions: proposed,
    verdicts: verdicts.filter(({ id }) => ids.has(id)),
  };
}

/**
 * The same as an archive gives it, which is anybody's: each of its kind, and only about these runs.
 *
 * @returns null for what is none.
 */
export function checkedModels(value: unknown, runs: ReadonlySet<string>): ImportedModels | null {
  if (!isRecord(value)) return null;
  const { models, decisions, verdicts } = value;
  if (!Array.isArray(models) || !Array.isArray(decisions) || !Array.isArray(verdicts)) return null;
  const sound =
    models.every((model) => isModel(model) && runs.has(model.run)) &&
    decisions.every(isDecision) &&
    verdicts.every((verdict) => isRecord(verdict) && areTexts(verdict, 'id', 'reason', 'by', 'at') && isState(verdict));
  return sound ? (value as unknown as ImportedModels) : null;
}

type Fields = Record<string, unknown>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areTexts = (value: Fields, ...names: string[]): boolean => names.every((name) => typeof value[name] === 'string');

const isState = ({ state }: Fields): boolean =>
  ['waiting', 'promoted', 'rejected', 'rolled-back'].includes(state as string);

const orNull = (value: unknown, type: 'string' | 'number'): boolean => value === null || typeof value === type;

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

function isModel(value: unknown): value is Fields & { run: string } {
  return (
    isRecord(value) &&
    areTexts(value, 'name', 'version', 'run', 'step', 'at') &&
    orNull(value.proposal, 'string') &&
    (value.file === undefined || typeof value.file === 'string') &&
    (value.revisions === undefined || isListOfTexts(value.revisions)) &&
    /^[0-9a-f]{64}$/.test(String(value.digest))
  );
}

export function isDecision(value: unknown): boolean {
  return (
    isRecord(value) &&
    areTexts(value, 'id', 'improver', 'metric', 'reason') &&
    isState(value) &&
    ['maximize', 'minimize'].includes(value.goal as string) &&
    typeof value.threshold === 'number' &&
    typeof value.guard === 'number' &&
    (value.heldBack === null || isPair(value.heldBack)) &&
    isPair(value.test) &&
    orNull(value.bare, 'number') &&
    (value.compound === undefined || isCompound(value.compound)) &&
    (value.kept === undefined || (isPair(value.kept) && areTexts(value.kept as Fields, 'metric'))) &&
    orNull(value.by, 'string') &&
    orNull(value.at, 'string')
  );
}

const isCompound = (value: unknown): boolean =>
  isRecord(value) && orNull(value.test, 'number') && orNull(value.heldBack, 'number');

/** Scores; null stands for one that is no number, as JSON has it. */
const isPair = (value: unknown): boolean =>
  isRecord(value) && orNull(value.champion, 'number') && orNull(value.candidate, 'number');
