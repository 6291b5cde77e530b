import { nodeFault } from '../faults';
import { readContent } from './content';
import { checkSeparator, readRows } from './csv';
import { arraysOf, single } from './losses';
import { spelling } from './samples';

/** The class that was predicted for each sample, in the order of the data. */
export interface Predictions {
  labels: string[];
  /** Undefined where the file has none. */
  ids?: string[];
}

const LABEL_NAMES = ['label', 'y', 'prediction', 'predictions', 'predicted', 'class'];

/**
 * Reads predictions, whoever wrote them: CSV with a column of labels (and ids), Parquet, a list of labels alone, an array.
 *
 * @throws SF7113 where the column of labels is not to be found.
 */
export function readPredictions(file: string, where: string): Predictions {
  const content = readContent(file, where);
  if (content.kind === 'text') return fromRows(readRows(content.text, where), where);
  const arrays = arraysOf(content, 'label');
  const labels = LABEL_NAMES.map((name) => arrays.get(name)).find((array) => array !== undefined);
  if (!labels)
    throw nodeFault('SF7113', `${where} has no array or column "label" (found: ${[...arrays.keys()].join(', ')}).`);
  const ids = arrays.get('id');
  return { labels: single(labels, where).map(spelling), ids: ids && single(ids, where) };
}

function fromRows(rows: string[][], where: string): Predictions {
  const [first] = rows;
  if (!first) throw nodeFault('SF7116', `${where} is empty.`);
  const name = LABEL_NAMES.find((each) => first.includes(each));
  if (name === undefined) {
    if (first.length > 1) {
      throw nodeFault(
        'SF7113',
        `${where} has no column "label" (found: ${first.join(', ')}).`,
        'Name the column `label`.',
      );
    }
    if (LABEL_NAMES.some((each) => first[0]!.split(/[;\t]/).includes(each))) checkSeparator(first, where);
    return { labels: rows.map(([label]) => spelling(label!)) };
  }
  const [label, id] = [first.indexOf(name), first.indexOf('id')];
  const body = rows.slice(1);
  return { labels: body.map((row) => spelling(row[label]!)), ids: id < 0 ? undefined : body.map((row) => row[id]!) };
}
