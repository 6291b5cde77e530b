import { predictClassifier } from '../learning';
import type { NodeContext } from './contract';
import { writeCsv } from './data/csv';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import { featuresOf } from './data/samples';
import { labelName, textColumn, withColumn } from './data/table';
import { writeFile, writeTable } from './data/write';
import { loadClassifier } from './model-file';
import { flag } from './parameters';
import { onBackend } from './training';

/** Predicts the class of every sample, and how sure the model is of it. */
export default async function predictor(node: NodeContext): Promise<void> {
  const table = readTable(node.input('data'), 'Input data');
  const { classes, labels, probabilities } = await onBackend(async (backend) => {
    const { model, ...meaning } = await loadClassifier(backend, node.input('model'));
    // No samples have no predictions: held-back feedback may be empty, and the gate is to say so.
    const predicted = table.count > 0 && (await predictClassifier(backend, model, featuresOf(table, meaning.features)));
    return { ...meaning, ...(predicted || { labels: new Int32Array(), probabilities: new Float32Array() }) };
  });
  const names = Array.from(labels, (label) => classes[label]!);
  const confidence = Array.from(labels, (label, row) => probabilities[row * classes.length + label]!);
  const cells = [idsOf(table), names, confidence.map((value) => value.toFixed(6))];
  writeFile(node.output('y'), writeCsv(['id', 'label', 'confidence'], cells, table.count));
  if (flag(node, 'labelled')) {
    const column = labelName(table) ?? 'y';
    const named = table.columns.has('id') ? table : withColumn(table, 'id', textColumn(idsOf(table)));
    writeTable(node.output('labelled'), withColumn(named, column, textColumn(names)));
  }
  node.log(`${table.count} samples predicted`);
  node.tracking.metrics({
    count: table.count,
    // Not a number where there is nothing to take a mean of.
    ...(table.count > 0 && { mean_confidence: confidence.reduce((sum, value) => sum + value, 0) / table.count }),
  });
}
