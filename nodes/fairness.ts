import type { NodeContext } from './contract';
import { spelling } from './data/samples';
import { writeJson } from './data/write';
import { pairWithGroups, readPredicted } from './evaluator';
import { nodeFault } from './faults';
import { contrastOf, GAPS, type Gap, type GroupReport, gapsOf, groupsOf, type Judged, reportGroups } from './groups';
import { number, text } from './parameters';
import { writeTags } from './tags';

/** A group that is treated otherwise than the rest, more than is allowed and more than chance explains. */
interface Finding {
  of: Gap;
  group: string;
  value: number;
  /** Of the samples of all other groups together. */
  others: number;
  p_value: number;
}

/** A Checker of another purpose (R41): whether a model treats groups of samples alike. */
export default async function fairness(node: NodeContext): Promise<void> {
  const [column, positive] = [text(node, 'group'), spelling(text(node, 'positive'))];
  const [limit, falseAlarms] = [number(node, 'limit', 0), number(node, 'false_alarms', 0)];
  if (column === '') throw nodeFault('SF7103', 'Parameter group is empty.', 'Name the column that tells groups apart.');
  const predictions = readPredicted(node.input('predictions'), 'Input predictions');
  if (positive === '' && node.optionalInput('truth') === undefined) {
    throw nodeFault(
      'SF7104',
      'Without input truth, only shares of a class can be compared.',
      'Bind truth, or name the class in `positive`.',
    );
  }
  const { judged, ids } = pairWithGroups(node, predictions, groupsOf(node, 'groups', column));
  const groups = reportGroups(judged, positive);
  const gaps = gapsOf(groups);
  const findings = findUnfair(judged, groups, positive, { limit, falseAlarms });
  const unfair = new Map<string, number>();
  for (const { group, value, others } of findings) {
    unfair.set(group, Math.max(unfair.get(group) ?? 0, Math.abs(value - others) / Math.max(limit, 1e-3)));
  }
  const severity = Float64Array.from(judged, ({ group }) => unfair.get(group) ?? 0);
  writeTags(node.output('tags'), { ids, anomalous: Array.from(severity, (value) => (value > 0 ? 1 : 0)), severity });
  writeJson(node.output('report'), { count: judged.length, groups, gaps, limit, false_alarms: falseAlarms, findings });
  node.tracking.metrics({
    unfair: findings.length > 0 ? 1 : 0,
    groups: groups.length,
    ...Object.fromEntries(Object.entries(gaps).map(([of, gap]) => [`${of}_gap`, gap])),
  });
  for (const { of, group, value, others } of findings) {
    node.log(`${column} ${group}: ${of} is ${value.toFixed(3)}, that of all others ${others.toFixed(3)}`);
  }
  if (findings.length === 0) node.log(`${groups.length} groups are treated alike`);
}

/** @throws SF7117 where there is one group only. */
function findUnfair(
  judged: readonly Judged[],
  groups: readonly GroupReport[],
  positive: string,
  { limit, falseAlarms }: { limit: number; falseAlarms: number },
): Finding[] {
  if (groups.length < 2) throw nodeFault('SF7117', `All samples are of the group ${groups[0]?.group ?? '(none)'}.`);
  const comparisons = GAPS.flatMap((of) => groups.map((group) => ({ of, group }))).filter(
    ({ of, group }) => group[of] !== undefined,
  );
  return comparisons.flatMap(({ of, group }) => {
    const value = group[of]!;
    const { others, chance } = contrastOf(judged, group.group, of, positive);
    if (others === undefined) return [];
    const p = chance * comparisons.length;
    return Math.abs(value - others) > limit && p < falseAlarms
      ? [{ of, group: group.group, value, others, p_value: Math.min(1, p) }]
      : [];
  });
}
