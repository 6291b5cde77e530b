/** What a candidate gains, as it stands beside its version everywhere: `+0.018`, `−0.2`; more than 0 is better. */
export const gainFigure = (gain: number): string => `${gain < 0 ? '−' : '+'}${Number(Math.abs(gain).toPrecision(3))}`;
