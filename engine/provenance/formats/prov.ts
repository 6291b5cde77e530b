import { type Lineage, type LineageExecution, spelledJson } from '../../protocol';

/** W3C PROV-JSON: entities by digest, an activity an execution, the people as agents. */
export function provJson(lineage: Lineage): object {
  const activity = (id: string) => `run:${encodeURIComponent(id)}`;
  const entity = (digest: string) => `sha:${digest}`;
  const people = [...new Set(lineage.executions.map(({ by }) => by).filter((by) => by !== ''))];
  const person = (by: string) => `person:${encodeURIComponent(by)}`;
  return {
    prefix: {
      sha: 'urn:scanflow:artifact:',
      run: 'urn:scanflow:execution:',
      person: 'urn:scanflow:person:',
      scanflow: 'urn:scanflow:',
    },
    entity: Object.fromEntries(
      lineage.entities.map(({ digest, kind, bytes, names, role }) => [
        entity(digest),
        {
          'prov:label': names[0] ?? digest,
          'prov:type': `scanflow:${role}`,
          'scanflow:kind': kind,
          'scanflow:digest': digest,
          ...(bytes === null ? {} : { 'scanflow:bytes': bytes }),
          ...(names.length > 1 ? { 'scanflow:name': names } : {}),
        },
      ]),
    ),
    activity: Object.fromEntries(lineage.executions.map((each) => [activity(each.id), described(each)])),
    agent: Object.fromEntries(people.map((by) => [person(by), { 'prov:type': 'prov:Person', 'prov:label': by }])),
    used: numbered('used', lineage.used, ({ execution, digest, port }) => ({
      'prov:activity': activity(execution),
      'prov:entity': entity(digest),
      'prov:role': port,
    })),
    wasGeneratedBy: numbered('made', lineage.made, ({ execution, digest, port }) => ({
      'prov:entity': entity(digest),
      'prov:activity': activity(execution),
      'prov:role': port,
    })),
    wasAssociatedWith: numbered(
      'by',
      lineage.executions.filter(({ by }) => by !== ''),
      ({ id, by }) => ({ 'prov:activity': activity(id), 'prov:agent': person(by) }),
    ),
  };
}

function described(each: LineageExecution): object {
  return {
    'prov:label': each.id,
    ...(each.startedAt === null ? {} : { 'prov:startTime': each.startedAt }),
    ...(each.endedAt === null ? {} : { 'prov:endTime': each.endedAt }),
    'scanflow:workflow': each.workflow,
    'scanflow:node': each.node,
    'scanflow:runtime': each.runtime,
    'scanflow:command': JSON.stringify(each.command),
    'scanflow:parameters': JSON.stringify(each.parameters),
    'scanflow:metrics': spelledJson(each.metrics),
    ...(each.environment === null ? {} : { 'scanflow:environment': each.environment }),
    ...(each.exitCode === null ? {} : { 'scanflow:exitCode': each.exitCode }),
    ...(each.git === null ? {} : { 'scanflow:commit': each.git.commit }),
  };
}

function numbered<T>(kind: string, all: readonly T[], write: (one: T) => object): Record<string, object> {
  return Object.fromEntries(all.map((one, index) => [`_:${kind}${index + 1}`, write(one)]));
}
