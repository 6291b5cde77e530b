import { afterAll, beforeAll, describe, test } from 'vitest';
import { missingBrowser } from './browser';
import { type FakeWorkspace, fakeWorkspace, trainingSteps } from './fake-workspace';
import { packedExtension } from './packed';
import { pictured, pictures } from './pictured';
import { startServer, type VsCodeServer } from './server';
import { KINDS, wearTheme } from './wear-theme';
import { Workbench } from './workbench';

const missing = pictures ? missingBrowser() : 'made by `npm run screenshots`';

/** The pictures of the docs: the same window in VS Code's four kinds of themes. */
describe.skipIf(missing !== null)(`pictures${missing ? `: ${missing}` : ''}`, { timeout: 600_000 }, () => {
  let server: VsCodeServer;
  let workspace: FakeWorkspace;
  let workbench: Workbench;

  beforeAll(async () => {
    server = await startServer({ vsix: [packedExtension()] });
    workspace = await fakeWorkspace();
    workbench = await Workbench.open(server, workspace.folder);
  }, 600_000);
  afterAll(async () => {
    await workbench?.close();
    await server?.stop();
    await workspace?.dispose();
  });

  /** In these kinds of themes, by the webview that wears them; the light one is last, as people begin. */
  async function inThemes(scene: string, webview: string, kinds: readonly string[] = [...KINDS.keys()]): Promise<void> {
    const frame = await workbench.webviewFrame(webview);
    for (const kind of kinds) {
      await wearTheme(workbench, frame, kind);
      await pictured(workbench, `${scene}-${kind.replace('vscode-', '')}`);
    }
    await wearTheme(workbench, frame, 'vscode-light');
  }

  test('a run over its graph, beside the text', async () => {
    await workbench.openFile('digits.scanflow');
    await workbench.codeLens('Run training').waitFor();
    await workbench.showContainer('Scanflow');
    await workbench.codeLens('Run training').click();
    await workbench.treeItem('Runs', 'fake').waitFor();
    await workbench.codeLens('Open graph').click();
    const graph = await workbench.webview('Graph');
    const [model, trial, score] = [trainingSteps('succeeded'), trainingSteps('running'), trainingSteps('queued')];
    const steps = [model[0]!, trial[1]!, score[2]!];
    workspace.engine.happen('r1', { type: 'planned', steps });
    await graph.locator('g.node[data-id=trial].busy').waitFor();
    await workbench.execute('notifications.clearAll');
    await workbench.execute('notifications.hideToasts');
    await inThemes('graph', 'Graph');
  });

  test('what was run, step by step', async () => {
    await workbench.treeItem('Runs', 'fake').locator('.monaco-tl-twistie').click();
    await workbench.treeItem('Runs', 'model@training').locator('.monaco-tl-twistie').click();
    await workbench.treeItem('Runs', 'What it left').waitFor();
    await inThemes('runs', 'Graph', ['vscode-dark']);
  });

  test('samples to be labelled', async () => {
    workspace.ask();
    workspace.engine.happen('r1', { type: 'task', task: 'task-1', title: 'Label', count: 10 });
    await workbench.treeItem('Human Tasks', 'Label the critical samples').click();
    const labeling = await workbench.webview('Labeling');
    await labeling.locator('canvas.sample').first().waitFor();
    await inThemes('labeling', 'Labeling', ['vscode-dark']);
  });

  test('the walkthrough', async () => {
    await workbench.execute('workbench.action.closeSidebar');
    await workbench.execute('workbench.action.closeAuxiliaryBar');
    await workbench.execute('scanflow.openWalkthrough');
    await workbench.page.getByText('Improve a model with Scanflow').first().waitFor();
    await pictured(workbench, 'walkthrough-light');
  });
});
