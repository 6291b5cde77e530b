/** No vote. */
export const ABSTAIN = -1;
/** A true class that is none of those that can be voted for: every vote for such a sample is wrong. */
export const OTHER_CLASS = -2;

/** What is believed of functions and samples after their votes were weighed. */
export interface LabelModel {
  /** samples x classes; each row sums to 1. */
  probabilities: Float64Array;
  /** Of each function: how likely its vote is right. */
  accuracy: number[];
  /** How common each class is believed to be among the samples that are voted on; of none, alike. */
  balance: number[];
}

const ROUNDS = 200;
/** Pseudo-votes that keep a function with few votes near where all start. */
const PRIOR_VOTES = 2;
const PRIOR_ACCURACY = 0.7;

/**
 * A generative model of votes, learned without a true label by expectation maximisation (Dawid and Skene, 1979, with one
 * accuracy a function as in data programming, Ratner et al., 2016): functions err independently given the class, a wrong vote
 * goes to any other class alike, and when a function abstains says nothing of the class. All classes count as equally common:
 * votes tell how often functions speak, which says little of the classes. A balance learned from them would run away to the
 * class whose functions speak most, against all votes for the others.
 *
 * @param votes A row a function: for each sample a class, or `ABSTAIN`.
 */
export function fitLabelModel(votes: readonly Int8Array[], classes: number): LabelModel {
  const samples = votes[0]!.length;
  const accuracy = votes.map(() => Math.max(PRIOR_ACCURACY, 1 / classes + 0.1));
  const probabilities = new Float64Array(samples * classes);
  for (let round = 0; round < ROUNDS; round++) {
    expect(votes, classes, accuracy, probabilities);
    if (maximise(votes, classes, accuracy, probabilities) < 1e-7) break;
  }
  expect(votes, classes, accuracy, probabilities);
  return { probabilities, accuracy, balance: balanceOf(votes, classes, probabilities) };
}

/** The class of each sample, by the votes and what is believed of the voters. */
function expect(votes: readonly Int8Array[], classes: number, accuracy: readonly number[], into: Float64Array): void {
  const right = accuracy.map(Math.log);
  const wrong = accuracy.map((each) => Math.log((1 - each) / (classes - 1)));
  const logs = new Float64Array(classes);
  for (let row = 0; row < into.length / classes; row++) {
    logs.fill(0);
    for (const [at, each] of votes.entries()) {
      const vote = each[row]!;
      if (vote === ABSTAIN) continue;
      for (let i = 0; i < classes; i++) logs[i]! += i === vote ? right[at]! : wrong[at]!;
    }
    const most = Math.max(...logs);
    const total = logs.reduce((sum, log) => sum + Math.exp(log - most), 0);
    for (let i = 0; i < classes; i++) into[row * classes + i] = Math.exp(logs[i]! - most) / total;
  }
}

/** What to believe of the voters, by the classes; returns how much that has changed. */
function maximise(
  votes: readonly Int8Array[],
  classes: number,
  accuracy: number[],
  probabilities: Float64Array,
): number {
  let change = 0;
  for (const [at, each] of votes.entries()) {
    let [right, count] = [PRIOR_ACCURACY * PRIOR_VOTES, PRIOR_VOTES];
    for (const [row, vote] of each.entries()) {
      if (vote === ABSTAIN) continue;
      right += probabilities[row * classes + vote]!;
      count++;
    }
    // Never surely right, and never worse than chance: else all could turn into their opposite.
    const learned = Math.min(0.99, Math.max(1 / classes, right / count));
    change = Math.max(change, Math.abs(learned - accuracy[at]!));
    accuracy[at] = learned;
  }
  return change;
}

/** The mean of the probabilities of the samples that are voted on. */
function balanceOf(votes: readonly Int8Array[], classes: number, probabilities: Float64Array): number[] {
  const voted = Array.from(votes[0]!.keys()).filter((row) => votes.some((each) => each[row] !== ABSTAIN));
  if (voted.length === 0) return new Array<number>(classes).fill(1 / classes);
  return Array.from(
    { length: classes },
    (_, i) => voted.reduce((sum, row) => sum + probabilities[row * classes + i]!, 0) / voted.length,
  );
}

/** Shares of all samples. */
export interface FunctionAnalysis {
  /** It votes. */
  coverage: number;
  /** It votes, and another does. */
  overlap: number;
  /** It votes, and another votes for something else. */
  conflict: number;
  /** Of its votes on samples whose truth is known, those that are right; undefined where there is none. */
  empirical_accuracy?: number;
}

export interface Analysis {
  /** At least one votes; at least two do; two contradict each other. */
  coverage: number;
  overlap: number;
  conflict: number;
  functions: FunctionAnalysis[];
}

/**
 * How much functions say, and how often they contradict each other.
 *
 * @param truth The class of each sample, or `OTHER_CLASS`; undefined where it is not known.
 */
export function analyse(votes: readonly Int8Array[], truth: readonly (number | undefined)[]): Analysis {
  const samples = votes[0]!.length;
  const cast = Array.from({ length: samples }, (_, row) =>
    votes.map((each) => each[row]!).filter((v) => v !== ABSTAIN),
  );
  const share = (holds: (row: number) => boolean) =>
    cast.reduce((count, _, row) => count + (holds(row) ? 1 : 0), 0) / samples;
  const disagree = (row: number) => new Set(cast[row]!).size > 1;
  return {
    coverage: share((row) => cast[row]!.length > 0),
    overlap: share((row) => cast[row]!.length > 1),
    conflict: share(disagree),
    functions: votes.map((each) => {
      const known = Array.from(each.keys()).filter((row) => each[row] !== ABSTAIN && truth[row] !== undefined);
      const right = known.filter((row) => each[row] === truth[row]).length;
      return {
        coverage: share((row) => each[row] !== ABSTAIN),
        overlap: share((row) => each[row] !== ABSTAIN && cast[row]!.length > 1),
        conflict: share((row) => each[row] !== ABSTAIN && disagree(row)),
        ...(known.length > 0 && { empirical_accuracy: right / known.length }),
      };
    }),
  };
}
