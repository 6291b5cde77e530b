/** Viridis at equal steps, as the error maps of the host have it. */
const RAMP = [0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725];

/** The colour of a share from 0 to 1: even to the eye, and told apart by those who do not tell red from green. */
export function ramp(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const below = Math.min(RAMP.length - 2, Math.floor(place));
  const mix = (shift: number) => {
    const [from, to] = [(RAMP[below]! >> shift) & 255, (RAMP[below + 1]! >> shift) & 255];
    return Math.round(from + (to - from) * (place - below));
  };
  return [mix(16), mix(8), mix(0)];
}
