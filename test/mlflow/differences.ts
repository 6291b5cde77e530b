export type Conversation = Record<string, unknown>;

/** Where we answer otherwise on purpose: group, path in it, what we say, and why. */
export const BETTER: [string, (string | number)[], unknown, string][] = [
  ['run_errors', [7, 'code'], 'ENDPOINT_NOT_FOUND', 'an unknown endpoint is answered in JSON, not by a page'],
  ['run_errors', [8, 'code'], 'ENDPOINT_NOT_FOUND', 'likewise'],
  ['stages', [4, 'error'], 'INVALID_PARAMETER_VALUE', 'a wrong stage is the request’s fault, not an internal error'],
  ['logged_models', [8], ['net'], 'a filter on the status finds what has it'],
  ['logged_models', [16], ['net'], 'a metric names its dataset, whether that was logged by itself or not'],
];

/** What the other server said, with our better answers in their places. */
export function expectedOf(group: string, answer: unknown): unknown {
  const expected = structuredClone(answer);
  for (const [name, at, ours] of BETTER) if (name === group) put(expected, at, ours);
  return expected;
}

function put(value: unknown, at: (string | number)[], ours: unknown): void {
  const [last, ...parents] = at.toReversed();
  let target = value as Record<string | number, unknown> | null | undefined;
  for (const key of parents.toReversed()) target = target?.[key] as typeof target;
  // A client that lacks the call has no such answer.
  if (target) target[last!] = ours;
}

/** Every place where two conversations differ and ours is not better on purpose, as text. */
export function differences(ours: Conversation, theirs: Conversation): string[] {
  const found: string[] = [];
  const compare = (one: unknown, other: unknown, at: string): void => {
    if (typeof one === 'object' && typeof other === 'object' && one && other) {
      const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
      for (const key of keys) compare(Reflect.get(one, key), Reflect.get(other, key), `${at}.${key}`);
    } else if (!Object.is(one, other)) {
      found.push(`${at}: ${JSON.stringify(one)} is not ${JSON.stringify(other)}`);
    }
  };
  for (const group of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    compare(ours[group], expectedOf(group, theirs[group]), group);
  }
  return found;
}
