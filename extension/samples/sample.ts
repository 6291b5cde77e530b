/** A sample as a person sees it. */
export type Sample =
  | { kind: 'image'; width: number; height: number; channels: 1 | 3 | 4; pixels: Uint8Array }
  | { kind: 'row'; cells: Cell[] }
  | { kind: 'missing'; why: string };

/** One value of a row of a table. */
export interface Cell {
  name: string;
  value: string;
  /** What the autoencoder makes of it, and how far the two are apart. */
  again?: string;
  apart?: string;
}

/**
 * Which face of a sample: as it came in, of the clean data, what the autoencoder makes of it, how far the two are apart, and
 * that over the sample itself.
 */
export type Variant = 'data' | 'clean' | 'reconstruction' | 'error' | 'overlay';

/** Small pictures of one size, one after the other; a sample that is none of them is no picture, or is not there. */
export interface Thumbs {
  ids: string[];
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  pixels: Uint8Array;
}
