/** Colours by meaning; without colour each gives its text back. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  warning(text: string): string;
  active(text: string): string;
  faint(text: string): string;
  strong(text: string): string;
}

/** @param colour False where NO_COLOR is set, the terminal is dumb, or nobody watches. */
export function palette(colour: boolean): Palette {
  const paint = (on: number, off: number) => (text: string) => (colour ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return {
    good: paint(32, 39),
    bad: paint(31, 39),
    warning: paint(33, 39),
    active: paint(36, 39),
    faint: paint(2, 22),
    strong: paint(1, 22),
  };
}
