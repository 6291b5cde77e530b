/**
 * Does what a fault of ours would do, when a text with a certain word is about to be read: for tests of what happens then.
 * `SCANFLOW_LANGUAGE_FAILPOINT=hang:WORD`, or `memory:`, or `exit:`; `hang-again:` lets the text be read, and hangs at what is
 * asked about it next.
 */
const [fault, word] = (process.env.SCANFLOW_LANGUAGE_FAILPOINT ?? '').split(':', 2);
const met = new Set<string>();

export function failpoint(text: string): void {
  if (!word || !text.includes(word)) return;
  if (fault === 'hang' || (fault === 'hang-again' && met.has(text))) for (;;);
  met.add(text);
  if (fault === 'exit') process.exit(3);
  if (fault === 'memory') {
    const hoard: string[] = [];
    for (let count = 0; ; count++) hoard.push(`${count}`.repeat(1000).toUpperCase());
  }
}
