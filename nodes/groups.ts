import type { NodeContext } from './contract';
import { asTexts } from './data/column';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { spelling } from './data/samples';
import { exactTestOfBoth } from './drift/batch-test';
import { nodeFault } from './faults';

/** One prediction, its truth where it is known, and the group that its sample belongs to. */
export interface Judged {
  predicted: string;
  truth?: string;
  group: string;
}

/** How a model treats one group. */
export interface GroupReport {
  group: string;
  count: number;
  /** Share of right predictions; undefined without truth. */
  accuracy?: number;
  /** Share that is predicted to be of the class `positive`; undefined where none is named. */
  selected?: number;
  /** Of those that are positive, the share that is predicted so, and of all others. */
  true_positive?: number;
  false_positive?: number;
}

/** The group of each sample, in the order of a dataset. Rows that are equal and have no ids share one. */
export interface Groups {
  ids: string[];
  groups: string[];
  /** The input that they are from. */
  where: string;
}

/** Groups from a column of a dataset. @throws SF7113 where there is no such column. */
export function groupsOf(node: NodeContext, port: string, column: string): Groups {
  const table = readTable(node.input(port), `Input ${port}`);
  const found = table.columns.get(column);
  if (!found || found.shape.length > 0) {
    const names = [...table.columns.keys()].join(', ');
    throw nodeFault(
      'SF7113',
      `${table.where} has no column "${column}" (found: ${names}).`,
      'Name the column in `group`.',
    );
  }
  const groups = asTexts(found).map((group) => spelling(group) || 'unknown');
  return { ids: idsOf(table), groups, where: `input ${port}` };
}

/**
 * The groups in the order of their names.
 *
 * @throws SF7103 where the class `positive` is nowhere among several: all groups would be alike in it.
 */
export function reportGroups(judged: readonly Judged[], positive: string): GroupReport[] {
  if (positive !== '') checkClass(judged, positive);
  const groups = [...new Set(judged.map(({ group }) => group))].sort();
  return groups.map((group) => {
    const mine = judged.filter((each) => each.group === group);
    const known = mine.filter(({ truth }) => truth !== undefined);
    const share = (of: readonly Judged[], holds: (each: Judged) => boolean) =>
      of.length === 0 ? undefined : of.filter(holds).length / of.length;
    const selected = ({ predicted }: Judged) => predicted === positive;
    return {
      group,
      count: mine.length,
      accuracy: share(known, ({ predicted, truth }) => predicted === truth),
      ...(positive !== '' && {
        selected: share(mine, selected),
        true_positive: share(
          known.filter(({ truth }) => truth === positive),
          selected,
        ),
        false_positive: share(
          known.filter(({ truth }) => truth !== positive),
          selected,
        ),
      }),
    };
  });
}

function checkClass(judged: readonly Judged[], positive: string): void {
  const classes = new Set(
    judged.flatMap(({ predicted, truth }) => (truth === undefined ? predicted : [predicted, truth])),
  );
  // One class alone: a small batch may well lack a rare one.
  if (classes.has(positive) || classes.size < 2) return;
  const where = judged.some(({ truth }) => truth !== undefined)
    ? 'neither in predictions nor in truth'
    : 'not in predictions';
  const known = [...classes].sort();
  const more = known.length > MOST_NAMED ? ` and ${known.length - MOST_NAMED} more` : '';
  throw nodeFault(
    'SF7103',
    `The class "${positive}" of parameter positive is ${where}; there are ${known.slice(0, MOST_NAMED).join(', ')}${more}.`,
  );
}

const MOST_NAMED = 20;

export const GAPS = ['accuracy', 'selected', 'true_positive', 'false_positive'] as const;

export type Gap = (typeof GAPS)[number];

/** The widest distance between two groups, by what is compared; left out where fewer than two groups have it. */
export function gapsOf(groups: readonly GroupReport[]): Partial<Record<Gap, number>> {
  const gaps = GAPS.flatMap((of) => {
    const values = groups.map((group) => group[of]).filter((value) => value !== undefined);
    return values.length < 2 ? [] : [[of, Math.max(...values) - Math.min(...values)] as const];
  });
  return Object.fromEntries(gaps);
}

/** Which samples a share is of, and which of them count. */
const COUNTED: Record<
  Gap,
  { among(each: Judged, positive: string): boolean; counts(each: Judged, positive: string): boolean }
> = {
  accuracy: { among: ({ truth }) => truth !== undefined, counts: ({ predicted, truth }) => predicted === truth },
  selected: { among: () => true, counts: ({ predicted }, positive) => predicted === positive },
  true_positive: {
    among: ({ truth }, positive) => truth === positive,
    counts: ({ predicted }, positive) => predicted === positive,
  },
  false_positive: {
    among: ({ truth }, positive) => truth !== undefined && truth !== positive,
    counts: ({ predicted }, positive) => predicted === positive,
  },
};

/** The share of all samples outside a group; undefined where there are none to count. */
export interface Contrast {
  others?: number;
  /** How likely the share of the group differs from it so much by chance (Fisher's exact test, two-sided). */
  chance: number;
}

/** A group against all others together: what is measured is what is tested. */
export function contrastOf(judged: readonly Judged[], group: string, of: Gap, positive: string): Contrast {
  const { among, counts } = COUNTED[of];
  const tally = (mine: boolean) => {
    const those = judged.filter((each) => (each.group === group) === mine && among(each, positive));
    return { count: those.length, hits: those.filter((each) => counts(each, positive)).length };
  };
  const [inside, outside] = [tally(true), tally(false)];
  if (inside.count === 0 || outside.count === 0) return { chance: 1 };
  const chance = exactTestOfBoth(inside.hits, inside.count, outside.hits, outside.count);
  return { others: outside.hits / outside.count, chance };
}
