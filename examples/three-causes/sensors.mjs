// Readings of a machine: what was seen before, and what comes in now. With the cause "data" it runs hotter.
import { writeFileSync } from 'node:fs';

const [cause, good, incoming] = process.argv.slice(2);
let state = 42;
const uniform = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const rows = (count, name, shift) =>
  Array.from({ length: count }, (_, i) => {
    const power = 10 + 2 * normal();
    const temperature = 20 + 2 * power + normal() + shift;
    return `${name}${i},${temperature.toFixed(3)},${power.toFixed(3)}`;
  });
const table = (lines) => `id,temperature,power\n${lines.join('\n')}\n`;
writeFileSync(good, table(rows(800, 'good', 0)));
writeFileSync(incoming, table(rows(300, 'now', cause === 'data' ? 4 : 0)));
