/** The node of a step: `trainer/candidate/model[lr=0.1]@training` -> `model`. */
export function nodeOf(step: string): string {
  return step
    .replace(/@[^@]*$/, '')
    .replace(/\[[^\]]*\]$/, '')
    .split('/')
    .at(-1)!;
}
