// The mean temperature of each machine: an ordinary program that knows nothing of Scanflow.
import { readFileSync, writeFileSync } from 'node:fs';

const [readings, means] = process.argv.slice(2);
const [header, ...rows] = readFileSync(readings, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const [machine, temperature] = [header.indexOf('machine'), header.indexOf('temperature')];
const byMachine = new Map();
for (const row of rows) {
  byMachine.set(row[machine], [...(byMachine.get(row[machine]) ?? []), Number(row[temperature])]);
}
const lines = [...byMachine].map(([name, own]) => {
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  return `${name},${mean.toFixed(1)},${own.length}`;
});
writeFileSync(means, `machine,mean,readings\n${lines.join('\n')}\n`);
