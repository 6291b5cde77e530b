import { describe, expect, test } from 'vitest';
import { connect } from '../../engine/host/connect';
import { ensureDocker } from '../environment/docker';
import { missingBrowser } from './browser';
import { newWorkflow, packedWindow } from './packed-window';
import { until } from './workbench';

/** The first of a container has its image built. */
const LONG = 300_000;

const missing = await missingBrowser();
const docker = missing === null ? await ensureDocker() : { reason: missing };
const reason = 'reason' in docker ? docker.reason : null;

describe.skipIf(reason !== null)(
  `from nothing to a run in containers${reason ? `: ${reason}` : ''}`,
  { timeout: LONG },
  () => {
    const opened = packedWindow({
      settings: { 'scanflow.run.runtime': 'docker' },
      env: 'reason' in docker ? {} : { SCANFLOW_SETTINGS: docker.settingsFile, DOCKER_HOST: docker.host },
    });

    test('a workflow from a template runs, each node in a container, and its results are in Runs', async () => {
      const { workbench, folder } = opened;
      await newWorkflow(workbench, 'sensors');
      await workbench.codeLens('Run Graph').waitFor();
      await workbench.showContainer('Scanflow');
      await workbench.clickLens('Run Graph', () => workbench.picking());
      await workbench.pick('All phases');
      const client = await until(
        () => connect(folder),
        (found) => found !== null,
      );
      const [row] = await until(
        () => client!.runs({}),
        (rows) => rows[0] !== undefined && rows[0].state !== 'running',
        LONG,
      );
      const summary = await client!.show({ run: row!.run });
      await client!.dispose();
      expect(summary).toMatchObject({ state: 'succeeded', runtime: 'docker' });
      expect(summary.metrics.plausible).toMatchObject({ anomalous: 6 });
      await workbench.treeItem('Runs', 'succeeded').locator('.monaco-tl-twistie').click();
      await workbench.treeItem('Runs', 'plausible@').locator('.monaco-tl-twistie').click();
      await workbench.treeItem('Runs', 'anomalous_share').waitFor();
      await workbench.screenshot('containers');
    });
  },
);
