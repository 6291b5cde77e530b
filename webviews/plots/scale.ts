import { t } from '../words';

/** From a range of values to one of pixels. */
export interface Scale {
  (value: number): number;
  invert(pixel: number): number;
  domain: [number, number];
  /** Round values within the domain, about so many. */
  ticks(about: number): number[];
}

export function linear([from, to]: [number, number], [left, right]: [number, number]): Scale {
  const span = to - from || 1;
  const scale = (value: number) => left + ((value - from) / span) * (right - left);
  return Object.assign(scale, {
    invert: (pixel: number) => from + ((pixel - left) / (right - left || 1)) * span,
    domain: [from, to] as [number, number],
    ticks: (about: number) => ticks([from, to], about),
  });
}

/** Equal ratios are equally far apart. Values from 0 down have no place: NaN. */
export function logarithmic([from, to]: [number, number], pixels: [number, number]): Scale {
  const exponents = linear([Math.log10(from), Math.log10(to)], pixels);
  return Object.assign((value: number) => (value > 0 ? exponents(Math.log10(value)) : Number.NaN), {
    invert: (pixel: number) => 10 ** exponents.invert(pixel),
    domain: [from, to] as [number, number],
    ticks(about: number) {
      const [low, high] = exponents.domain;
      const [first, last] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
      const step = Math.max(1, Math.ceil((last - first) / about));
      if (last - first >= 2) {
        return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, at) => 10 ** (first + at * step));
      }
      // Of so few powers, what lies between them.
      const between = [first - 1, first, first + 1, first + 2].flatMap((power) =>
        [1, 2, 5].map((times) => Number((times * 10 ** power).toPrecision(12))),
      );
      const within = between.filter((value) => value >= from && value <= to);
      return within.length > 1 ? within : ticks([from, to], about);
    },
  });
}

/** Round values within a range, about so many: steps of 1, 2 or 5 times a power of ten. */
export function ticks([from, to]: [number, number], about: number): number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const rough = span / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough)!;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** The least and the greatest of the numbers among values, however many there are; from 0 to 1 where there are none. */
export function extent(...all: readonly Iterable<number | null>[]): [number, number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of all) {
    for (const value of values) {
      if (!isNumber(value)) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  }
  return least <= greatest ? [least, greatest] : [0, 1];
}

/** Whether it can be drawn: what is no number comes as NaN, or as the null that JSON makes of it. */
export const isNumber = (value: number | null): value is number => Number.isFinite(value);

/** A number for people: four digits that count. */
export const figure = (value: number | null): string =>
  isNumber(value) ? String(Number(value.toPrecision(4))) : t('no number');
