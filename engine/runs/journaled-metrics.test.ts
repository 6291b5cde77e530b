import { expect, it } from 'vitest';
import { readMetrics, spelledMetrics } from './journaled-metrics';

it('brings every number back from JSON, and takes the null of older journals for no number', () => {
  const metrics = {
    loss: Number.NaN,
    largest: Number.POSITIVE_INFINITY,
    least: Number.NEGATIVE_INFINITY,
    accuracy: 0.5,
  };
  const journaled = JSON.parse(JSON.stringify(spelledMetrics(Object.entries(metrics))));
  expect(Object.fromEntries(readMetrics(journaled))).toEqual(metrics);
  expect(readMetrics({ loss: null }).get('loss')).toBeNaN();
});
