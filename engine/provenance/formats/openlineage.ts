import { createHash } from 'node:crypto';
import type { Lineage, LineageExecution } from '../../protocol';

const PRODUCER = 'https://github.com/scanflow/scanflow';
const SPEC = 'https://openlineage.io/spec';

/** OpenLineage: two events an execution, as they happened; datasets are named by content, so that other stores agree. */
export function openLineage(lineage: Lineage): object[] {
  const entities = new Map(lineage.entities.map((entity) => [entity.digest, entity]));
  const dataset = (digest: string) => ({
    namespace: 'scanflow',
    name: `sha256:${digest}`,
    facets: {
      version: facet('facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet', {
        datasetVersion: digest,
      }),
      documentation: facet('facets/1-1-0/DocumentationDatasetFacet.json#/$defs/DocumentationDatasetFacet', {
        description: entities.get(digest)?.names.join('; ') || digest,
      }),
    },
  });
  const of = (links: Lineage['used'], id: string) =>
    [...new Set(links.filter(({ execution }) => execution === id).map(({ digest }) => digest))].map(dataset);
  const events = lineage.executions.flatMap((each) => {
    const run = { runId: uuid(each.id), facets: runFacets(each) };
    const job = { namespace: `scanflow:${each.file}`, name: `${each.workflow}.${each.node}`, facets: jobFacets(each) };
    const common = { run, job, producer: PRODUCER, schemaURL: `${SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent` };
    const inputs = of(lineage.used, each.id);
    const started = each.startedAt ?? each.endedAt ?? new Date(0).toISOString();
    return [
      { eventType: 'START', eventTime: started, ...common, inputs, outputs: [] },
      {
        eventType: 'COMPLETE',
        eventTime: each.endedAt ?? started,
        ...common,
        inputs,
        outputs: of(lineage.made, each.id),
      },
    ];
  });
  return events.sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
}

function runFacets(each: LineageExecution): object {
  return {
    // Nothing of the standard has these: a facet of our own, which consumers keep as it is.
    scanflow_execution: facet('2-0-2/OpenLineage.json#/$defs/RunFacet', {
      run: each.run,
      step: each.step,
      runtime: each.runtime,
      environment: each.environment,
      command: each.command,
      parameters: each.parameters,
      metrics: each.metrics,
      exitCode: each.exitCode,
      by: each.by,
    }),
  };
}

function jobFacets({ git, file }: LineageExecution): object {
  return {
    jobType: facet('facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet', {
      processingType: 'BATCH',
      integration: 'SCANFLOW',
      jobType: 'TASK',
    }),
    ...(git?.repository
      ? {
          sourceCodeLocation: facet('facets/1-1-0/SourceCodeLocationJobFacet.json#/$defs/SourceCodeLocationJobFacet', {
            type: 'git',
            url: git.repository,
            repoUrl: git.repository,
            path: file,
            version: git.commit,
            branch: git.branch,
          }),
        }
      : {}),
  };
}

function facet<F extends object>(schema: string, fields: F): F & { _producer: string; _schemaURL: string } {
  return { _producer: PRODUCER, _schemaURL: `${SPEC}/${schema}`, ...fields };
}

/** The same execution has the same id in every export. */
function uuid(text: string): string {
  const hash = createHash('sha256').update(`scanflow ${text}`).digest('hex');
  const variant = ((Number.parseInt(hash[16]!, 16) & 3) | 8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
