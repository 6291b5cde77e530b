import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../engine/host/connect';
import { ensureDocker } from '../environment/docker';
import { missingBrowser } from './browser';
import { packedExtension } from './packed';
import { removeWorkspace } from './real-engine';
import { startServer, type VsCodeServer } from './server';
import { until, Workbench } from './workbench';

/** The first of a container has its image built. */
const LONG = 300_000;

const missing = missingBrowser();
const docker = missing === null ? await ensureDocker() : { reason: missing };
const reason = 'reason' in docker ? docker.reason : null;

describe.skipIf(reason !== null)(
  `from nothing to a run in containers${reason ? `: ${reason}` : ''}`,
  { timeout: LONG },
  () => {
    let server: VsCodeServer;
    let folder: string;
    let workbench: Workbench;

    beforeAll(async () => {
      if ('reason' in docker) return;
      folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-containers-'));
      server = await startServer({
        vsix: [packedExtension()],
        settings: { 'scanflow.run.runtime': 'docker' },
        env: { SCANFLOW_SETTINGS: docker.settingsFile, DOCKER_HOST: docker.host },
      });
      workbench = await Workbench.open(server, folder);
    }, 600_000);
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await workbench?.screenshot(`failed ${task.name.slice(0, 60)}`);
    });
    afterAll(async () => {
      await workbench?.close();
      await server?.stop();
      await removeWorkspace(folder);
    });

    test('a workflow from a template runs, each node in a container, and its results are in Runs', async () => {
      await workbench.palette('Scanflow: New Workflow...');
      await workbench.pick('sensors');
      const input = workbench.page.locator('.quick-input-widget:visible input.input');
      await until(
        () => input.inputValue(),
        (value) => value === 'sensors',
      );
      await workbench.page.keyboard.press('Enter');
      await workbench.editor('sensors.scanflow').waitFor();
      await workbench.showContainer('Scanflow');
      await workbench.codeLens('Run Graph').click();
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
