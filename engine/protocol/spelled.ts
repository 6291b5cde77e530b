/** What goes where JSON does, which has no NaN and no infinities: a diverged loss must not come back as null. */
export const spelled = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
