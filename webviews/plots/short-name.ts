/** `20260102-030405-a1b2c3`: the day and time are what a person looks for. */
export const shortName = (run: string): string =>
  run.replace(/^\d{2}(\d{2})(\d{2})(\d{2})-(\d{2})(\d{2})\d{2}-\w+$/, '$2-$3 $4:$5');
