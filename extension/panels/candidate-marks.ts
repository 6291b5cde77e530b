import type { ModelRow } from '../../engine/protocol';
import type { CandidateMark } from '../messages';
import { gainOf } from '../messages/gain';

/**
 * What each improver of a workflow proposed last, and what became of it.
 *
 * @param file Two workflows may have one name.
 */
export function candidatesOf(models: readonly ModelRow[], workflow: string, file: string): CandidateMark[] {
  const versions = models
    .filter((model) => ((model.file ?? null) === null ? model.name.startsWith(`${workflow}/`) : model.file === file))
    .flatMap((model) => model.versions)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  const last = new Map<string, CandidateMark>();
  for (const { version, decision } of versions) {
    if (!decision) continue;
    const { id, improver, state, goal, heldBack, test } = decision;
    const gain = gainOf(heldBack ?? test, goal);
    last.set(improver, { node: improver, decision: id, version, gain, state });
  }
  return [...last.values()];
}
