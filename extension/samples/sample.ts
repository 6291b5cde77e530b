/** A sample as a person sees it. */
export type Sample =
  | { kind: 'image'; width: number; height: number; channels: 1 | 3 | 4; pixels: Uint8Array }
  | { kind: 'row'; cells: { name: string; value: string }[] }
  | { kind: 'missing'; why: string };
