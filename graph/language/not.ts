const ENDS = new Set(['and', 'or', 'then', 'else', ',', ')']);

/**
 * The tokens of an expression with brackets around what each `not` denies, so that it is read as people mean it: weaker than
 * comparisons and `in`, stronger than `and` and `or`. The expression library lets it bind tighter than any of them.
 */
export function bracketNots(tokens: readonly string[]): string[] {
  const closed = new Map<number, number>();
  const bracketed = tokens.flatMap((token, at) => {
    const end = token === 'not' && tokens[at + 1] !== 'in' ? denied(tokens, at + 1) : undefined;
    if (end !== undefined) closed.set(end, (closed.get(end) ?? 0) + 1);
    const before = Array<string>(closed.get(at) ?? 0).fill(')');
    return end === undefined ? [...before, token] : [...before, token, '('];
  });
  return [...bracketed, ...Array<string>(closed.get(tokens.length) ?? 0).fill(')')];
}

/** Where what begins here ends. All that follows the `else` of an `if` in it belongs to that. */
function denied(tokens: readonly string[], start: number): number {
  let [depth, ifs, inElse] = [0, 0, false];
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (depth === 0 && ifs === 0 && ENDS.has(token) && !(inElse && (token === 'and' || token === 'or'))) return at;
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth > 0) continue;
    else if (token === 'if') ifs++;
    else if (token === 'else') [ifs, inElse] = [ifs - 1, true];
  }
  return tokens.length;
}
