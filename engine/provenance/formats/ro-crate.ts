import type { Lineage, LineageEntity, LineageExecution } from '../../protocol';

const LICENSE = 'https://creativecommons.org/publicdomain/zero/1.0/';
const ENGINE = 'https://github.com/scanflow/scanflow';
const PROFILE = 'https://w3id.org/ro/wfrun/process/0.5';

/**
 * An RO-Crate (Process Run Crate): the metadata of a folder in which each content lies at its `@id`. What is absent from
 * the store is named, and is no part of the crate.
 *
 * @param at When it is made.
 */
export function roCrate(lineage: Lineage, at: Date): object {
  const present = lineage.entities.filter(({ kind }) => kind !== 'absent');
  const ids = new Map(lineage.entities.map((entity) => [entity.digest, crateId(entity)]));
  const reference = (digest: string) => ({ '@id': ids.get(digest)! });
  const people = [...new Set(lineage.executions.map(({ by }) => by).filter((by) => by !== ''))];
  const programs = new Map(lineage.executions.map((each) => [programId(each), each]));
  return {
    '@context': ['https://w3id.org/ro/crate/1.1/context', { sha256: 'https://w3id.org/ro/terms/workflow-run#sha256' }],
    '@graph': [
      {
        '@id': 'ro-crate-metadata.json',
        '@type': 'CreativeWork',
        conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' },
        about: { '@id': './' },
      },
      {
        '@id': './',
        '@type': 'Dataset',
        name: `Where ${lineage.thing} came from`,
        description: `${lineage.thing} with every execution that led to it and the content that went into them, made by Scanflow.`,
        datePublished: at.toISOString(),
        license: { '@id': LICENSE },
        author: { '@id': ENGINE },
        publisher: { '@id': ENGINE },
        conformsTo: { '@id': PROFILE },
        hasPart: single(present.map(({ digest }) => reference(digest))),
        mentions: single(lineage.executions.map(({ id }) => ({ '@id': actionId(id) }))),
      },
      {
        '@id': LICENSE,
        '@type': 'CreativeWork',
        name: 'CC0 1.0',
        description: 'Of this description. Each content has the license that its owner gave it.',
      },
      { '@id': ENGINE, '@type': 'Organization', name: 'Scanflow', url: ENGINE },
      { '@id': PROFILE, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
      ...lineage.entities.map(entityOf),
      ...[...programs].map(([id, each]) => programOf(id, each)),
      ...people.map((name) => ({ '@id': personId(name), '@type': 'Person', name })),
      ...lineage.executions.flatMap((each) => actionOf(each, lineage, reference)),
    ],
  };
}

/** Where content lies in the crate. */
export function crateId({ digest, kind }: LineageEntity): string {
  if (kind === 'absent') return `#${digest}`;
  return `artifacts/${digest}${kind === 'folder' ? '/' : ''}`;
}

function entityOf(entity: LineageEntity): object {
  const { digest, kind, bytes, names, role } = entity;
  const type = kind === 'folder' ? 'Dataset' : kind === 'file' ? 'File' : 'CreativeWork';
  return {
    '@id': crateId(entity),
    '@type': type,
    name: names[0] ?? digest,
    description: `${role}: ${names.join('; ') || digest}`,
    sha256: digest,
    ...(names.length > 1 ? { alternateName: single(names.slice(1)) } : {}),
    ...(kind === 'file' ? { contentSize: String(bytes), encodingFormat: 'application/octet-stream' } : {}),
  };
}

function programOf(id: string, { workflow, node, environment, git }: LineageExecution): object {
  return {
    '@id': id,
    '@type': 'SoftwareApplication',
    name: `${workflow}: ${node}`,
    url: git?.repository || ENGINE,
    version: git?.commit ?? environment ?? 'unknown',
  };
}

function actionOf(each: LineageExecution, lineage: Lineage, reference: (digest: string) => object): object[] {
  const distinct = (links: Lineage['used']) => [
    ...new Set(links.filter(({ execution }) => execution === each.id).map(({ digest }) => digest)),
  ];
  const values = Object.entries(each.parameters).map(([name, value], index) => ({
    '@id': `${actionId(each.id)}-parameter-${index + 1}`,
    '@type': 'PropertyValue',
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  return [
    {
      '@id': actionId(each.id),
      '@type': 'CreateAction',
      name: each.id,
      description: each.command.join(' ') || each.node,
      instrument: { '@id': programId(each) },
      object: single<object>([
        ...distinct(lineage.used).map(reference),
        ...values.map((value) => ({ '@id': value['@id'] })),
      ]),
      result: single(distinct(lineage.made).map(reference)),
      actionStatus: 'http://schema.org/CompletedActionStatus',
      ...(each.startedAt === null ? {} : { startTime: zoned(each.startedAt) }),
      ...(each.endedAt === null ? {} : { endTime: zoned(each.endedAt) }),
      ...(each.by === '' ? {} : { agent: { '@id': personId(each.by) } }),
    },
    ...values,
  ];
}

/** JSON-LD's compact form: one value is not a list. */
function single<T>(values: T[]): T | T[] {
  return values.length === 1 ? values[0]! : values;
}

/** The profile wants the zone as hours and minutes. */
const zoned = (at: string): string => at.replace(/Z$/, '+00:00');

const actionId = (execution: string): string => `#execution-${encodeURIComponent(execution)}`;
const personId = (name: string): string => `#person-${encodeURIComponent(name)}`;

function programId({ workflow, node, environment, git }: LineageExecution): string {
  return `${ENGINE}#program:${[workflow, node, git?.commit ?? environment ?? ''].map(encodeURIComponent).join(':')}`;
}
