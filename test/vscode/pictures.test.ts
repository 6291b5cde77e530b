import { afterAll, beforeAll, describe, test } from 'vitest';
import type { GainPoint } from '../../engine/protocol';
import { missingBrowser } from './browser';
import { type FakeWorkspace, fakeWorkspace, trainingSteps } from './fake-workspace';
import { packedExtension } from './packed';
import { pictured, pictures } from './pictured';
import { startServer, type VsCodeServer } from './server';
import { stubTask } from './stub-host';
import { stubCurves } from './stub-panels';
import { KINDS, wearTheme } from './wear-theme';
import { Workbench } from './workbench';

const missing = pictures ? await missingBrowser() : 'made by `npm run screenshots`';

/** The pictures of the docs: the same window in VS Code's four kinds of themes. */
describe.skipIf(missing !== null)(`pictures${missing ? `: ${missing}` : ''}`, { timeout: 600_000 }, () => {
  let server: VsCodeServer;
  let workspace: FakeWorkspace;
  let workbench: Workbench;

  beforeAll(async () => {
    server = await startServer({ vsix: [packedExtension()] });
    const { gains } = stubTask(1);
    const less = { ...gains[0]!, decision: 'd-0', labels: 20, gain: 0.03, champion: 0.82, candidate: 0.85 };
    workspace = await fakeWorkspace(10, {
      gains: () => [less, ...gains] as GainPoint[],
      curves: () => stubCurves(24).curves.filter(({ node }) => node.startsWith('model')),
    });
    workbench = await Workbench.open(server, workspace.folder);
  }, 600_000);
  afterAll(async () => {
    await workbench?.close();
    await server?.stop();
    await workspace?.dispose();
  });

  /** In these kinds of themes, by the webview that wears them; the light one is last, as people begin. */
  async function inThemes(
    scene: string,
    webview: string,
    kinds: readonly string[] = [...KINDS.keys()],
    kept = true,
  ): Promise<void> {
    const frame = await workbench.webviewFrame(webview);
    for (const kind of kinds) {
      await wearTheme(workbench, frame, kind);
      await pictured(workbench, `${scene}-${kind.replace('vscode-', '')}`, kept);
    }
    await wearTheme(workbench, frame, 'vscode-light');
  }

  /** To be looked at, in all four. */
  const lookedAt = (scene: string, webview: string) => inThemes(scene, webview, undefined, false);

  test('a run over its graph, beside the text', async () => {
    await workbench.openFile('digits.scanflow');
    await workbench.codeLens('Run training').waitFor();
    await workbench.showContainer('Scanflow');
    await workbench.clickLens('Open graph', () => workbench.showsWebview('Graph'));
    const graph = await workbench.webview('Graph');
    await graph.locator('g.node[data-id=trial]').waitFor();
    await lookedAt('welcome', 'Graph');
    await workbench.clickLens('Run training', () => workbench.treeItem('Runs', 'fake').first().isVisible());
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
    await lookedAt('at-labeling', 'Labeling');
    await labeling.getByRole('region', { name: 'What labels gained before' }).scrollIntoViewIfNeeded();
    await lookedAt('at-labeling-below', 'Labeling');
  });

  test('what a detector found', async () => {
    await workbench.execute('scanflow.driftReport');
    const report = await workbench.webview('Drift: drift@inference');
    await report.locator('.gallery canvas').first().waitFor();
    await lookedAt('at-drift', 'Drift: drift@inference');
    await report.locator('h2', { hasText: 'Trials' }).scrollIntoViewIfNeeded();
    await lookedAt('at-drift-below', 'Drift: drift@inference');
  });

  test('two runs side by side', async () => {
    await workbench.execute('workbench.action.closeAuxiliaryBar');
    await workbench.openFile('digits.scanflow');
    await workbench.clickLens('Run training', () => workbench.treeItem('Runs', 'fake').nth(1).isVisible());
    await workbench.execute('scanflow.compareRuns', ['r1', 'r2']);
    const compared = await workbench.webview('Compare 2 Runs');
    await compared.getByRole('heading', { name: 'Compare 2 runs' }).waitFor();
    await compared.getByLabel('Only differences').uncheck();
    await workbench.execute('notifications.hideToasts');
    await lookedAt('at-compare', 'Compare 2 Runs');
  });

  test('a training as it goes', async () => {
    await workbench.palette('Scanflow: Show Curves...');
    await workbench.page.locator('.quick-input-widget:visible .monaco-list-row').first().click();
    const curves = await workbench.webview('Curves: fake');
    await curves.getByRole('region', { name: 'model · loss' }).waitFor();
    await inThemes('curves', 'Curves: fake', ['vscode-dark']);
  });

  test('a candidate', async () => {
    workspace.propose();
    workspace.engine.happen('r1', { type: 'decision', decision: workspace.decision });
    await workbench.treeItem('Human Tasks', 'Authorise').waitFor();
    await workbench.execute('scanflow.reviewModel');
    const review = await workbench.webview('Model Review');
    await review.getByText('gains more than 0').waitFor();
    await workbench.execute('notifications.hideToasts');
    await lookedAt('at-review', 'Model Review');
    await workspace.engine.promote({ decision: workspace.decision.id, reason: 'better' });
    workspace.engine.happen('r1', { type: 'decision', decision: workspace.decision });
    await workbench.execute('scanflow.refresh');
    await workbench.openFile('digits.scanflow');
    await workbench.execute('scanflow.showGraph');
    const graph = await workbench.webview('Graph');
    await graph.locator('g.node.inserted').waitFor();
    await graph.getByRole('button', { name: 'Signs and keys' }).click();
    await lookedAt('at-keys', 'Graph');
    await graph.getByRole('button', { name: 'Signs and keys' }).click();
    await workbench.treeItem('Workflow', 'trial').first().locator('.monaco-tl-twistie').click();
    await workbench.treeItem('Workflow', 'put before trial.data').waitFor();
    await lookedAt('at-inserted', 'Graph');
  });

  test('what Scanflow needs', async () => {
    await workbench.execute('scanflow.doctor');
    await workbench.execute('notifications.hideToasts');
    await lookedAt('at-doctor', 'Graph');
  });

  test('the walkthrough', async () => {
    await workbench.execute('workbench.action.closeSidebar');
    await workbench.execute('workbench.action.closeAuxiliaryBar');
    await workbench.execute('scanflow.openWalkthrough');
    await workbench.page.getByText('Improve a model with Scanflow').first().waitFor();
    await pictured(workbench, 'walkthrough-light');
    for (const kind of ['vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light']) {
      const frame = await workbench.webviewFrame('Graph');
      await wearTheme(workbench, frame, kind);
      await pictured(workbench, `at-walkthrough-${kind}`, false);
    }
  });
});
