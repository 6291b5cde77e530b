import type { Suggestion, TaskItem, TaskRequest } from '../engine/protocol';
import type { NodeContext } from './contract';
import { asTexts, type Column, isMissing } from './data/column';
import { contentsOf, idsOf } from './data/identity';
import { readById, readTable } from './data/read';
import { spelling } from './data/samples';
import { isAbout, isIndex, type Table } from './data/table';
import { writeJson } from './data/write';
import { integer, texts } from './parameters';

/** Algorithm 8, the Human Labeler Checker: it asks, and the person's answers become its output. */
export default async function humanLabeler(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  const classes = texts(node, 'classes');
  const suggestions = suggestionsOf(node, classes);
  const items = itemsOf(data, severitiesOf(node), integer(node, 'budget', 0), classes).map((item): TaskItem => {
    const suggestion = suggestions.get(item.id);
    return suggestion ? { ...item, suggestion } : item;
  });
  const task: TaskRequest = {
    kind: 'label',
    // How many there are is the task's to tell: it grows, and is answered bit by bit.
    title: 'Label samples',
    classes,
    items,
    output: 'feedback',
    data: 'data',
    ...(node.optionalInput('answers') === undefined ? {} : { answers: 'answers' }),
  };
  writeJson(node.task, task);
  node.tracking.metrics({ asked: items.length });
  node.log(`asks for ${items.length} labels`);
}

/** What a machine takes each sample for, by id; what is no class of the task, or where nothing is said, is left out. */
function suggestionsOf(node: NodeContext, classes: readonly string[]): Map<string, Suggestion> {
  const file = node.optionalInput('suggestions');
  if (file === undefined) return new Map();
  const labels = readById(file, ['label', 'y', 'prediction'], 'Input suggestions');
  const table = readTable(file, 'Input suggestions');
  const known = ['probability', 'confidence'].filter((name) => table.columns.has(name));
  const probabilities = known.length > 0 ? readById(file, known, 'Input suggestions') : new Map<string, string>();
  const suggested = [...labels].filter(
    ([, label]) => label !== '' && (classes.length === 0 || classes.includes(label)),
  );
  return new Map(
    suggested.map(([id, label]) => {
      const probability = Number(probabilities.get(id) || Number.NaN);
      return [id, { label, probability: probability >= 0 && probability <= 1 ? probability : null }];
    }),
  );
}

/** What checkers said of each sample, by id. */
export function severitiesOf(node: NodeContext): Map<string, number> {
  const tags = node.optionalInput('tags');
  if (tags === undefined) return new Map();
  const severities = readById(tags, ['severity'], 'Input tags');
  return new Map(Array.from(severities, ([id, severity]) => [id, Number(severity)]));
}

/**
 * One item a sample, the worst first, in the order of the data where nothing is known; at most `budget`, where that is not 0. Samples
 * of a table have its first columns with them, never what anyone said of their class, as far as names and values tell, nor what
 * numbers the rows.
 *
 * @param classes What the person chooses from; none where it is free text, or no class.
 * @throws SF7142 where two samples have one id: an answer would go to both.
 */
export function itemsOf(
  data: Table,
  severities: ReadonlyMap<string, number>,
  budget: number,
  classes: readonly string[] = [],
): TaskItem[] {
  const items = Array.from(contentsOf(data), ([id, content]): TaskItem => {
    const severity = severities.get(id);
    return {
      id,
      ...(severity !== undefined && Number.isFinite(severity) ? { severity } : {}),
      ...(content !== id ? { content } : {}),
    };
  });
  items.sort((a, b) => (b.severity ?? -1) - (a.severity ?? -1));
  const asked = budget === 0 ? items : items.slice(0, budget);
  const known = new Set(classes.map(spelling));
  const shown = [...data.columns].filter(
    ([name, column]) => !isAbout(name) && !isIndex(name) && column.shape.length === 0 && !saysClasses(column, known),
  );
  if (shown.length === 0) return asked;
  const texts = shown.slice(0, SHOWN_COLUMNS).map(([name, column]) => [name, asTexts(column)] as const);
  const rows = new Map(idsOf(data).map((id, row) => [id, row]));
  const valuesOf = (row: number) => Object.fromEntries(texts.map(([name, all]) => [name, shortened(all[row]!)]));
  return asked.map((item) => ({ ...item, values: valuesOf(rows.get(item.id)!) }));
}

/**
 * Whether a column, whatever its name, says classes and nothing else: it is the answer, or as good as it, and who sees it beside the
 * sample says the same.
 */
function saysClasses(column: Column, classes: ReadonlySet<string>): boolean {
  if (classes.size === 0) return false;
  const said = asTexts(column).filter((cell) => !isMissing(cell));
  return said.length > 0 && said.every((cell) => classes.has(spelling(cell)));
}

/** As much of a table as stands beside its ids on a screen: every task is kept whole in the workspace's journal. */
const SHOWN_COLUMNS = 8;
const LONGEST_TEXT = 60;
const shortened = (text: string) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text);
