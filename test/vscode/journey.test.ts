import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../engine/host/connect';
import { missingBrowser } from './browser';
import { packedExtension } from './packed';
import { packedWindow } from './packed-window';
import { enginePid, runsOf } from './real-engine';
import { startServer } from './server';
import { until, Workbench } from './workbench';

/** Three rows wait for a person; `slow` runs long enough for its engine to be killed meanwhile. */
const WORKFLOW = `scanflow: 1
name: rooms
sources:
  new: new.csv
executors:
  slow:
    command: [node, -e, 'setTimeout(() => require("fs").copyFileSync(process.argv[1], process.argv[2]), 6000)', $(inputs.data), $(outputs.out)]
    inputs: { data: dataset }
    outputs: { out: { type: dataset, path: out.csv } }
  keep:
    command: [node, -e, 'require("fs").cpSync(process.argv[1], process.argv[2], { recursive: true, dereference: true })', $(inputs.data), $(outputs.out)]
    inputs: { data: feedback }
    outputs: { out: { type: feedback, path: kept } }
nodes:
  slow: { executor: slow }
  labeler: { uses: scanflow/human-labeler, with: { classes: [broken, fine] } }
  keep: { executor: keep }
edges:
  - sources.new -> slow.data
  - slow.out -> labeler.data
  - labeler.feedback -> keep.data
`;

const missing = await missingBrowser();

describe.skipIf(missing !== null)(
  `a run in the editor, with the real engine${missing ? `: ${missing}` : ''}`,
  { timeout: 600_000 },
  () => {
    const opened = packedWindow(
      { settings: { 'scanflow.run.runtime': 'process' } },
      { 'rooms.scanflow': WORKFLOW, 'new.csv': 'id,temperature\na,21\nb,1001\nc,22\n' },
    );
    let folder: string;
    let workbench: Workbench;
    beforeAll(() => {
      ({ workbench, folder } = opened);
    });

    const runs = () => runsOf(folder);
    const pid = () => enginePid(folder);

    test('Run Graph starts the engine; when that is killed, the run goes on in another', async () => {
      await workbench.openFile('rooms.scanflow');
      await workbench.codeLens('Run Graph').waitFor();
      await workbench.showContainer('Scanflow');
      await workbench.clickLens('Run Graph', () => workbench.picking());
      await workbench.pick('All phases');
      await until(runs, (rows) => rows[0]?.state === 'running');
      const former = await until(pid, (found) => found !== null);
      process.kill(former!, 'SIGKILL');
      const next = await until(pid, (found) => found !== null && found !== former);
      expect(next).not.toBe(former);
      await until(runs, (rows) => rows[0]?.state === 'waiting');
      expect(await runs()).toHaveLength(1);
    });

    test('the window is reloaded, the rows are labelled by keyboard, and the run goes on to its end', async () => {
      await workbench.reload();
      await workbench.showContainer('Scanflow');
      const labeling = await workbench.openTask('rooms');
      await labeling.getByRole('cell', { name: '21' }).click();
      await workbench.screenshot('journey rows');
      for (const key of ['Digit2', 'Digit1', 'Digit2']) {
        const place = await labeling.locator('.facts').textContent();
        await workbench.page.keyboard.press(key);
        if (key !== 'Digit2' || place?.includes('Sample 1'))
          await until(
            () => labeling.locator('.facts').textContent(),
            (now) => !now?.startsWith(place!.slice(0, 8)),
          );
      }
      await labeling.getByText('Done: 3 labelled').waitFor();
      await until(runs, (rows) => rows[0]?.state === 'succeeded');
      await workbench.treeItem('Runs', 'succeeded').waitFor();
      await workbench.screenshot('journey done');
    });
  },
);

describe.skipIf(missing !== null)('a workspace that nobody trusts', { timeout: 600_000 }, () => {
  test('is shown and checked, and nothing runs or is written', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-untrusted-'));
    await writeFile(path.join(folder, 'rooms.scanflow'), WORKFLOW);
    await writeFile(path.join(folder, 'new.csv'), 'id,temperature\na,21\n');
    const server = await startServer({
      vsix: [packedExtension()],
      trust: true,
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    const workbench = await Workbench.open(server, folder);
    try {
      await workbench.openFile('rooms.scanflow');
      await workbench.clickLens('Open graph', () => workbench.showsWebview('Graph'));
      await (await workbench.webview('Graph')).locator('g.node[data-id=labeler]').waitFor();
      await workbench.showContainer('Scanflow');
      await workbench.page.getByText('This workspace is not trusted').first().waitFor();
      await workbench.screenshot('untrusted');
      await workbench.execute('scanflow.runGraph').catch(() => {});
      await workbench.execute('scanflow.refresh').catch(() => {});
      expect(await connect(folder)).toBeNull();
      await expect(readFile(path.join(folder, '.scanflow'))).rejects.toThrow('ENOENT');
    } finally {
      await workbench.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
