// Passes readings on. With the cause "upstream", an update has silently made Fahrenheit of Celsius.
import { readFileSync, writeFileSync } from 'node:fs';

const [cause, data, rows] = process.argv.slice(2);
const [header, ...lines] = readFileSync(data, 'utf8').trim().split('\n');
const changed = lines.map((line) => {
  const [id, temperature, power] = line.split(',');
  return [id, cause === 'upstream' ? (Number(temperature) * 1.8 + 32).toFixed(3) : temperature, power].join(',');
});
writeFileSync(rows, `${header}\n${changed.join('\n')}\n`);
