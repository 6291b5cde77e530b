import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NodeContext } from './contract';
import { cacheFolder } from './contract';
import { readText } from './data/content';
import { idsOf } from './data/identity';
import { readTable } from './data/read';
import type { Table } from './data/table';
import { writeJson } from './data/write';
import { nodeFault } from './faults';
import { flag, number, text } from './parameters';
import { compareSchema, type Finding } from './schema/compare';
import { learnSchema, readSchema, type Schema } from './schema/schema';
import { writeTags } from './tags';

const KEPT = 'schema.json';

/**
 * R89: notices what changes silently on an edge: columns, types, shapes, ranges, categories, missing values, distributions. It
 * compares with a schema learned from a reference, or from the first data that it ever saw.
 */
export default async function schemaChecker(node: NodeContext): Promise<void> {
  const edge = text(node, 'edge');
  if (edge === '')
    throw nodeFault(
      'SF7103',
      'Parameter edge is empty.',
      'Write the edge that it watches: `extract.rows -> model.data`.',
    );
  const data = readTable(node.input('data'), `The data on ${edge}`);
  if (data.count === 0) throw nodeFault('SF7116', `${data.where} holds no sample.`);
  const { schema, from } = schemaFor(node, data);
  const rate = number(node, 'false_alarms', 0);
  if (!(rate > 0 && rate < 1)) throw nodeFault('SF7103', `Parameter false_alarms is ${rate}, not above 0 and below 1.`);
  const { findings, broken } = compareSchema(schema, data, { falseAlarms: rate, margin: number(node, 'margin', 0) });
  const ids = idsOf(data);
  const severity = Float64Array.from(broken);
  writeTags(node.output('tags'), { ids, anomalous: Array.from(severity, (value) => (value > 0 ? 1 : 0)), severity });
  writeJson(node.output('schema'), schema);
  writeJson(node.output('report'), {
    edge,
    compared_with: from,
    count: data.count,
    alarm: findings.length > 0,
    findings,
  });
  node.tracking.metrics({
    count: data.count,
    alarm: findings.length > 0 ? 1 : 0,
    findings: findings.length,
    anomalous: severity.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0),
  });
  if (findings.length === 0) {
    node.log(`${edge}: as expected (compared with ${from})`);
    return;
  }
  node.tracking.tags({
    'scanflow.alarm.edge': edge,
    'scanflow.alarm.why': findings.map(({ what }) => what).join('; '),
  });
  for (const { what } of findings) node.log(`ALARM on ${edge}: ${what}`);
  if (flag(node, 'fail')) throw refusal(edge, findings);
}

const refusal = (edge: string, findings: readonly Finding[]) =>
  nodeFault(
    'SF7181',
    `The data on ${edge} is not what it was: ${findings.map(({ what }) => what).join('; ')}.`,
    'Look at what changed upstream; where the new data is right, learn its schema.',
  );

/** The schema of the reference, or the kept one, or that of this very data, which is then kept. */
function schemaFor(node: NodeContext, data: Table): { schema: Schema; from: string } {
  const reference = node.optionalInput('reference');
  if (reference !== undefined) {
    return { schema: learnSchema(readTable(reference, 'Input reference')), from: 'the reference' };
  }
  const given = node.optionalInput('schema');
  if (given !== undefined) return { schema: readSchema(readText(given, 'Input schema')), from: 'the given schema' };
  const kept = path.join(cacheFolder(node, 'schemas'), KEPT);
  if (existsSync(kept)) return { schema: readSchema(readText(kept, 'The kept schema')), from: 'the first data' };
  const current = learnSchema(data);
  writeJson(kept, current);
  return { schema: current, from: 'itself: it is the first, and is kept' };
}
