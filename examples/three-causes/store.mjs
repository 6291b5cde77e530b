// Keeps a model. With the cause "model", it comes back damaged.
import { readFileSync, writeFileSync } from 'node:fs';

const [cause, from, to] = process.argv.slice(2);
const model = JSON.parse(readFileSync(from, 'utf8'));
writeFileSync(to, JSON.stringify(cause === 'model' ? { ...model, slope: model.slope / 2 } : model));
