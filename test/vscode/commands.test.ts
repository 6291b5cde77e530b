import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missingBrowser } from './browser';
import { type FakeWorkspace, fakeWorkspace, trainingSteps, WORKFLOW } from './fake-workspace';
import { packedExtension } from './packed';
import { startServer, type VsCodeServer } from './server';
import { stubCurves } from './stub-panels';
import { until, Workbench } from './workbench';

const missing = await missingBrowser();

/** What nothing but the palette offers in a real VS Code; each test starts the runs that it is about. */
describe.skipIf(missing !== null)(
  `commands of the palette in a real VS Code${missing ? `: ${missing}` : ''}`,
  { timeout: 600_000 },
  () => {
    let server: VsCodeServer;
    let workspace: FakeWorkspace;
    let workbench: Workbench;

    beforeAll(async () => {
      server = await startServer({ vsix: [packedExtension()] });
      let points = 2;
      workspace = await fakeWorkspace(10, { curves: () => stubCurves(points++).curves });
      workbench = await Workbench.open(server, workspace.folder);
      await workbench.openFile('digits.scanflow');
      await workbench.codeLens('Run Graph').waitFor();
      await workbench.showContainer('Scanflow');
      // Only then it is known which phases there are.
      await workbench.treeItem('Workflow', 'trial').waitFor();
    }, 600_000);
    beforeEach(async () => {
      await workbench.execute('workbench.action.closeQuickOpen');
      await workbench.execute('notifications.clearAll');
    });
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await workbench?.screenshot(`failed ${task.name.slice(0, 60)}`);
    });
    afterAll(async () => {
      await workbench?.close();
      await server?.stop();
      await workspace?.dispose();
    });

    /** What the engine was asked since, once it was. */
    const asked = async (name: 'run' | 'resume', since: number) => {
      const requests = () => workspace.engine.asked.filter((request) => request.name === name);
      return until(
        async () => requests().slice(since),
        ({ length }) => length > 0,
      );
    };
    const count = (name: 'run' | 'resume') => workspace.engine.asked.filter((request) => request.name === name).length;

    /** A run that came to this end, as another client would have it. */
    async function ended(state: 'succeeded' | 'failed' | 'cancelled'): Promise<string> {
      const { run } = await workspace.engine.run({ file: 'digits.scanflow', phase: 'training' });
      workspace.engine.happen(run, { type: 'planned', steps: trainingSteps('succeeded') });
      workspace.engine.settle(run, state);
      return run;
    }

    /** The view shows so many runs in this state: the palette knows of them, too. */
    async function shown(state: string, many: number): Promise<void> {
      await workbench.execute('scanflow.refresh');
      await until(
        () => workbench.treeItem('Runs', `fake${state}`).count(),
        (rows) => rows === many,
      );
    }

    test.each([
      ['Scanflow: Run Training', 'training'],
      ['Scanflow: Run Inference', 'inference'],
    ])('%s runs that phase of the workflow in the editor', async (label, phase) => {
      const before = count('run');
      await workbench.openFile('digits.scanflow');
      await workbench.palette(label);
      const [request] = await asked('run', before);
      expect(request!.parameters).toMatchObject({ file: 'digits.scanflow', phase });
      const rows = await workspace.engine.runs({});
      workspace.engine.settle(rows.at(-1)!.run, 'succeeded');
    });

    test('Run to Here runs up to the node that the cursor stands in', async () => {
      const before = count('run');
      await workbench.openFile('digits.scanflow');
      const line = WORKFLOW.split('\n').findIndex((text) => text.startsWith('  score:'));
      await workbench.api((vscode, at) => {
        vscode.window.activeTextEditor!.selection = new vscode.Selection(at, 4, at, 4);
      }, line);
      await workbench.palette('Scanflow: Run to Here');
      const [request] = await asked('run', before);
      expect(request!.parameters).toMatchObject({ file: 'digits.scanflow', to: ['score'] });
      const rows = await workspace.engine.runs({});
      workspace.engine.settle(rows.at(-1)!.run, 'succeeded');
    });

    test('Resume Run goes on with the one that failed; of several it asks which', async () => {
      const failed = await ended('failed');
      await shown('failed', 1);
      await workbench.palette('Scanflow: Re-Run Failed or Resume Run');
      expect((await asked('resume', 0))[0]!.parameters).toEqual({ run: failed });
      const cancelled = await ended('cancelled');
      await shown('cancelled', 1);
      await workbench.palette('Scanflow: Re-Run Failed or Resume Run');
      const rows = workbench.page.locator('.quick-input-widget:visible .monaco-list-row');
      await rows.filter({ hasText: cancelled }).waitFor();
      expect(await rows.count()).toBe(2);
      expect(count('resume')).toBe(1);
      await rows.filter({ hasText: cancelled }).click();
      expect((await asked('resume', 1))[0]!.parameters).toEqual({ run: cancelled });
    });

    test('Show Curves draws what the nodes of a run log while it goes on', async () => {
      await ended('succeeded');
      const { run } = await workspace.engine.run({ file: 'digits.scanflow', phase: 'training' });
      workspace.engine.happen(run, { type: 'planned', steps: trainingSteps('running') });
      await workbench.execute('scanflow.refresh');
      await workbench.palette('Scanflow: Show Curves...');
      await workbench.page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: run }).click();
      const curves = await workbench.webview('Curves: fake');
      const legend = curves.getByRole('region', { name: 'model · loss' }).locator('.legend');
      const step = async () => Number.parseInt(/step (\d+)/.exec((await legend.textContent()) ?? '')?.[1] ?? '0', 10);
      const first = await until(step, (at) => at > 0);
      // It comes by itself.
      await until(step, (at) => at > first + 1);
      await workbench.screenshot('commands curves');
      workspace.engine.settle(run, 'succeeded');
      await curves.getByRole('status').getByText('succeeded').waitFor();
    });

    test('Pin as Baseline asks which run, and the comparison in front turns to it; a node’s row opens the native diff', async () => {
      const runs = [await ended('succeeded'), await ended('succeeded')];
      await workbench.execute('scanflow.refresh');
      await workbench.execute('scanflow.compareRuns', runs);
      const compared = await workbench.webview('Compare 2 Runs');
      const baseline = compared.getByLabel('Baseline');
      await until(
        () => baseline.inputValue(),
        (run) => run === runs[0],
      );
      await workbench.paletteFor('Scanflow: Pin as Baseline...', runs[1]!);
      await until(
        () => baseline.inputValue(),
        (run) => run === runs[1],
      );
      await workbench.screenshot('commands pinned');

      await compared
        .getByRole('rowheader', { name: 'model.epochs' })
        .getByRole('button', { name: 'Diff model' })
        .click();
      const diff = await until(
        () =>
          workbench.api((vscode) => {
            const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
            if (!(tab?.input instanceof vscode.TabInputTextDiff)) return null;
            const sides = [tab.input.original, tab.input.modified].map(
              (uri) =>
                vscode.workspace.textDocuments
                  .find((document) => document.uri.toString() === uri.toString())
                  ?.getText() ?? '',
            );
            return { label: tab.label, dirty: tab.isDirty, sides };
          }),
        (shows) => shows?.sides.every((text) => text !== '') === true,
      );
      expect(diff!.label).toBe(`model: ${runs[1]} ↔ ${runs[0]}`);
      // Nobody is asked to save it.
      expect(diff!.dirty).toBe(false);
      const epochs = runs.map((run) => 2 + Number(run.slice(1)));
      expect(diff!.sides.map((text) => (JSON.parse(text) as { parameters: unknown }).parameters)).toEqual([
        { epochs: epochs[1] },
        { epochs: epochs[0] },
      ]);
      await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
      await workbench.screenshot('commands diff');
    });

    test('Doctor opens its report as a page, once, and leaves nothing to be saved', async () => {
      const pages = () =>
        workbench.api((vscode) => {
          const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
          return {
            doctor: tabs.filter(({ label }) => /Doctor/.test(label)).length,
            dirty: tabs.some(({ isDirty }) => isDirty),
          };
        });
      const alone = { doctor: 1, dirty: false };
      await workbench.palette('Scanflow: Doctor');
      expect(await until(pages, ({ doctor }) => doctor > 0)).toEqual(alone);
      // Looked at again, it is the same page.
      await workbench.execute('scanflow.doctor');
      expect(await pages()).toEqual(alone);
      await workbench.screenshot('commands doctor');
    });
  },
);
