/** What goes where JSON does, which has no NaN and no infinities: a diverged loss must not come back as null. */
export const spelled = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

/** JSON with such numbers spelled as MLflow's REST protocol spells them: `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export const spelledJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, (_, each) => (typeof each === 'number' ? spelled(each) : each), indent);
