// The simplest model: what temperature a machine of this power has.
import { readFileSync, writeFileSync } from 'node:fs';

const [data, model] = process.argv.slice(2);
const rows = readFileSync(data, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(',').slice(1).map(Number));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const [t, p] = [mean(rows.map(([t]) => t)), mean(rows.map(([, p]) => p))];
const slope = mean(rows.map(([a, b]) => (a - t) * (b - p))) / mean(rows.map(([, b]) => (b - p) ** 2));
writeFileSync(model, JSON.stringify({ slope, offset: t - slope * p }));
