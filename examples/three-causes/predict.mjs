// Predicts the temperature of each machine.
import { readFileSync, writeFileSync } from 'node:fs';

const [file, data, y] = process.argv.slice(2);
const { slope, offset } = JSON.parse(readFileSync(file, 'utf8'));
const lines = readFileSync(data, 'utf8').trim().split('\n').slice(1);
const answers = lines.map((line) => {
  const [id, , power] = line.split(',');
  return `${id},${(slope * Number(power) + offset).toFixed(3)}`;
});
writeFileSync(y, `id,answer\n${answers.join('\n')}\n`);
