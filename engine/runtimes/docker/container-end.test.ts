import { expect, it } from 'vitest';
import { toExit } from './container-end';

const exitOf = (StartedAt: string, FinishedAt: string) =>
  toExit(
    { State: { ExitCode: 0, OOMKilled: false, StartedAt, FinishedAt } } as Parameters<typeof toExit>[0],
    { cpuSeconds: null, memoryPeak: null } as Parameters<typeof toExit>[1],
  );

it.each([
  ['as the daemon tells it', '2026-01-01T00:00:01.250999Z', '2026-01-01T00:00:03.000001Z', '01.250', '03.000'],
  ['never after the end', '2026-01-01T00:00:01.002000Z', '2026-01-01T00:00:01.001999Z', '01.001', '01.001'],
])('tells the start %s', (_, started, finished, start, end) => {
  expect(exitOf(started, finished)).toMatchObject({
    startedAt: `2026-01-01T00:00:${start}Z`,
    endedAt: `2026-01-01T00:00:${end}Z`,
  });
});
