/** The node of a step as the graph has it: `model[lr=0.1]@training` -> `model`. Those of candidates keep their branch. */
export const ownerOf = (step: string): string => step.replace(/@[^@]*$/, '').replace(/\[[^\]]*\]$/, '');

/** The node of a step, whatever its branch: `trainer/candidate/model[lr=0.1]@training` -> `model`. */
export const nodeOf = (step: string): string => ownerOf(step).split('/').at(-1)!;
