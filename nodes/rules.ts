import type { NodeContext } from './contract';
import { asTexts, isText } from './data/column';
import { writeCsv } from './data/csv';
import { idsOf } from './data/identity';
import { readPredictions } from './data/predictions';
import { readTable } from './data/read';
import { spelling } from './data/samples';
import { pickSamples, type Table, textColumn, withColumn } from './data/table';
import { writeFile, writeJson, writeTable } from './data/write';
import { type Expression, rowsOf } from './expression';
import { nodeFault } from './faults';
import { list, text } from './parameters';
import { metricName, parseRules, type Rule } from './rules/rule';
import { writeTags } from './tags';

export { parseRule, type Rule } from './rules/rule';

/**
 * The symbolic Checker of section 2.2.5: samples against what is known to be true. With predictions, rules also help the
 * decision: one that is broken may veto a prediction or put another in its place, and its name stays with it.
 */
export default async function rules(node: NodeContext): Promise<void> {
  const data = readTable(node.input('data'), 'Input data');
  const known = parseRules(list(node, 'rules'));
  if (known.length === 0) throw nodeFault('SF7150', 'There are no rules to check.');
  const ids = idsOf(data);
  const predicted = predictionsFor(node, ids);
  if (!predicted && known.some((rule) => rule.action !== 'flag')) {
    throw nodeFault('SF7104', 'A rule that vetoes or overrides needs predictions, and input predictions is not bound.');
  }
  const checked = predicted ? withColumn(data, 'prediction', textColumn(predicted)) : data;
  const broken = known.map((rule) => checkRule(checked, rule));
  const severity = Float64Array.from(ids, (_, row) => Math.max(...broken.map((each) => each[row]!)));
  const anomalous = Array.from(severity, (value) => (value > 0 ? 1 : 0));
  const clean = anomalous.flatMap((flag, row) => (flag ? [] : [row]));
  writeTags(node.output('tags'), { ids, anomalous, severity });
  if (clean.length > 0) writeTable(node.output('clean'), pickSamples(data, clean));
  const decisions = predicted && decide(predicted, known, broken, text(node, 'veto_label'));
  if (decisions) writeFile(node.output('y'), writtenDecisions(ids, decisions));
  const report = known.map((rule, i) => ({ ...described(rule), broken: ids.filter((_, row) => broken[i]![row]! > 0) }));
  writeJson(node.output('report'), {
    count: data.count,
    anomalous: data.count - clean.length,
    rules: report,
    ...(decisions && { decisions: changedBy(ids, decisions) }),
  });
  for (const { name, broken: by } of report) node.log(`${name}: broken by ${by.length} of ${data.count} samples`);
  node.tracking.metrics({
    count: data.count,
    anomalous: data.count - clean.length,
    anomalous_share: data.count === 0 ? 0 : (data.count - clean.length) / data.count,
    ...Object.fromEntries(report.map((rule) => [`broken_${metricName(rule.name)}`, rule.broken.length])),
  });
  if (decisions) tellDecisions(node, known, decisions);
}

/** A prediction after the rules. */
export interface Decision {
  label: string;
  /** What the model had said. */
  predicted: string;
  /** The rule that changed it; empty where none did. */
  rule: string;
}

/** The first broken rule that vetoes or overrides decides; the order of the rules is their rank. */
export function decide(
  predicted: readonly string[],
  known: readonly Rule[],
  broken: readonly Float64Array[],
  vetoLabel: string,
): Decision[] {
  return predicted.map((label, row) => {
    const by = known.findIndex((rule, i) => rule.action !== 'flag' && broken[i]![row]! > 0);
    if (by < 0) return { label, predicted: label, rule: '' };
    const { action, name } = known[by]!;
    return {
      label: action === 'veto' || action === 'flag' ? vetoLabel : action.override,
      predicted: label,
      rule: name,
    };
  });
}

function predictionsFor(node: NodeContext, ids: readonly string[]): string[] | undefined {
  const file = node.optionalInput('predictions');
  if (file === undefined) return undefined;
  const { ids: named, labels } = readPredictions(file, 'Input predictions');
  if (!named) {
    if (labels.length === ids.length) return labels;
    throw nodeFault('SF7130', `There are ${labels.length} predictions for ${ids.length} samples, and no ids.`);
  }
  const byId = new Map(named.map((id, row) => [id, labels[row]!]));
  return ids.map((id) => {
    const label = byId.get(id);
    if (label === undefined) throw nodeFault('SF7130', `Sample ${id} has no prediction.`);
    return label;
  });
}

function writtenDecisions(ids: readonly string[], decisions: readonly Decision[]): string {
  const column = (name: keyof Decision) => decisions.map((each) => each[name]);
  const cells = [[...ids], column('label'), column('predicted'), column('rule')];
  return writeCsv(['id', 'label', 'predicted', 'rule'], cells, ids.length);
}

const changedBy = (ids: readonly string[], decisions: readonly Decision[]) =>
  decisions.flatMap((decision, row) => (decision.rule === '' ? [] : [{ id: ids[row]!, ...decision }]));

/** Counts as metrics and, with the names of the rules as they are written, as tags of the run: lineage shows both. */
function tellDecisions(node: NodeContext, known: readonly Rule[], decisions: readonly Decision[]): void {
  const counts = known.flatMap((rule) => {
    const count = decisions.filter((decision) => decision.rule === rule.name).length;
    if (rule.action === 'flag') return [];
    return [{ rule, count, did: rule.action === 'veto' ? 'vetoed' : 'overridden' }];
  });
  node.tracking.metrics(
    Object.fromEntries(counts.map(({ rule, count, did }) => [`${did}_${metricName(rule.name)}`, count])),
  );
  for (const { rule, count, did } of counts.filter((each) => each.count > 0)) {
    node.log(`${rule.name}: ${did} ${count} of ${decisions.length} predictions`);
    node.tracking.tags({ [`scanflow.rule.${metricName(rule.name)}`]: `${rule.name}: ${did} ${count} predictions` });
  }
}

const described = ({ expression, when, ...rule }: Rule) => ({
  ...rule,
  ...(expression && { expression: expression.text }),
  ...(when && { when: when.text }),
});

/**
 * How far each sample is from obeying the rule: 0 where it does, else above 0.
 *
 * @throws SF7150 where the data has no such column, or an expression cannot be worked out.
 */
export function checkRule(data: Table, rule: Rule): Float64Array {
  const rows = rowsOf(data);
  for (const name of [...(rule.expression?.columns ?? []), ...(rule.when?.columns ?? [])]) {
    if (!rows.names.includes(name)) {
      throw nodeFault(
        'SF7150',
        `Rule ${rule.name}: ${data.where} has no column "${name}" (found: ${rows.names.join(', ')}).`,
      );
    }
  }
  const limits = rule.column === undefined ? undefined : limitsOf(data, rule, rule.column);
  const decided = (expression: Expression, at: number) => {
    const holds = expression.holds(rows.row(at));
    if (typeof holds !== 'object') return holds;
    throw nodeFault('SF7150', `Rule ${rule.name}, sample ${at}: ${holds.problem}`);
  };
  return Float64Array.from({ length: data.count }, (_, at) => {
    // A rule that does not apply is not broken; where that is not known, neither.
    if (rule.when && decided(rule.when, at) !== true) return 0;
    if (!rule.expression) return limits![at]!;
    const holds = decided(rule.expression, at);
    if (holds === undefined) return rule.missing === 'flag' ? 1 : 0;
    return holds ? (limits?.[at] ?? 0) : Math.max(1, limits?.[at] ?? 0);
  });
}

function limitsOf(data: Table, rule: Rule, name: string): Float64Array {
  const column = data.columns.get(name);
  if (!column || (!isText(column) && column.shape.length > 0)) {
    const found = [...data.columns.keys()].join(', ');
    throw nodeFault('SF7150', `Rule ${rule.name}: ${data.where} has no column "${name}" (found: ${found}).`);
  }
  return Float64Array.from(asTexts(column), (cell) => severityOf(cell.trim(), rule));
}

function severityOf(cell: string, rule: Rule): number {
  if (cell === '' || cell.toLowerCase() === 'nan') return rule.missing === 'flag' ? 1 : 0;
  if (rule.in && !rule.in.includes(spelling(cell))) return 1;
  const { minimum, maximum } = rule;
  if (minimum === undefined && maximum === undefined) return 0;
  const value = Number(cell);
  // Text where a number must be is as wrong as a value can be.
  if (Number.isNaN(value)) return 1;
  const beyond = Math.max(minimum === undefined ? 0 : minimum - value, maximum === undefined ? 0 : value - maximum);
  if (beyond <= 0) return 0;
  const width = minimum !== undefined && maximum !== undefined ? maximum - minimum : 0;
  return width > 0 ? beyond / width : 1;
}
