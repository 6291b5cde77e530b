import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScanflowExtension } from '../../extension/extension';
import { missingBrowser } from './browser';
import { type FakeWorkspace, fakeWorkspace, trainingSteps, WORKFLOW } from './fake-workspace';
import { builtBundles, packedExtension } from './packed';
import { startServer, type VsCodeServer } from './server';
import { KINDS, wearTheme } from './wear-theme';
import { until, Workbench } from './workbench';

const missing = await missingBrowser();
const ID = 'scanflow.scanflow';
const SAMPLES = 50;

describe.skipIf(missing !== null)(
  `the editor in a real VS Code${missing ? `: ${missing}` : ''}`,
  { timeout: 600_000 },
  () => {
    let server: VsCodeServer;
    let workspace: FakeWorkspace;
    let workbench: Workbench;

    beforeAll(async () => {
      server = await startServer({ vsix: [packedExtension()], settings: { 'scanflow.labeling.askAgain': 0 } });
      workspace = await fakeWorkspace(SAMPLES);
      workbench = await Workbench.open(server, workspace.folder);
    }, 600_000);

    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') await workbench?.screenshot(`failed ${task.name.slice(0, 60)}`);
    });

    afterAll(async () => {
      await workbench?.close();
      await server?.stop();
      await workspace?.dispose();
    });

    /**
     * What a test needs of those before it, made anew where they did not get so far: the text as it was, nothing in front of
     * it, the views, and a run.
     */
    beforeEach(async () => {
      if (!(await active())) return;
      await workbench.execute('workbench.action.closeQuickOpen');
      await workbench.execute('notifications.clearAll');
      await workbench.api(async (vscode, wanted) => {
        const file = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'digits.scanflow');
        const document = await vscode.workspace.openTextDocument(file);
        const text = document.getText();
        if (text !== wanted) {
          const edit = new vscode.WorkspaceEdit();
          edit.replace(file, new vscode.Range(document.positionAt(0), document.positionAt(text.length)), wanted);
          await vscode.workspace.applyEdit(edit);
        }
        if (document.isDirty) await document.save();
      }, WORKFLOW);
      await workbench.showContainer('Scanflow');
    });

    /** A run, r1, that is under way: from the code lens, or as another client would start it. */
    async function running(): Promise<void> {
      const rows = await workspace.engine.runs({});
      if (rows.length === 0) await workspace.engine.run({ file: 'digits.scanflow', phase: 'training' });
      await workbench.execute('scanflow.refresh');
      await workbench.treeItem('Runs', 'fake').waitFor();
    }

    /** The labeling view has the keyboard, and VS Code knows. */
    const hasKeys = () =>
      workbench.api((vscode, id) => (vscode.extensions.getExtension(id)!.exports as ScanflowExtension).labels(), ID);

    /** The same of the graph. */
    const graphHasKeys = () =>
      workbench.api((vscode, id) => (vscode.extensions.getExtension(id)!.exports as ScanflowExtension).draws(), ID);

    /** Until so many have an answer; the key before that was pressed once. */
    const answered = (count: number) =>
      until(
        async () => workspace.answers.size,
        (size) => size === count,
      );

    /** The graph beside the text, where it is not open yet. */
    const lineInText = () =>
      workbench.api((vscode) => vscode.window.visibleTextEditors[0]?.selection.active.line ?? null);
    async function graphBeside() {
      await workbench.openFile('digits.scanflow');
      await workbench.execute('scanflow.showGraph');
      return workbench.webview('Graph');
    }

    const active = () => workbench.api((vscode, id) => vscode.extensions.getExtension(id)?.isActive ?? null, ID);

    test('sleeps until a workflow is opened, and is quickly there', async () => {
      expect(await active()).toBe(false);
      await workbench.openFile('digits.scanflow');
      await until(active, (is) => is === true);
      const { activation } = await workbench.api(
        (vscode, id) => vscode.extensions.getExtension(id)!.exports as ScanflowExtension,
        ID,
      );
      expect(activation).toBeGreaterThan(0);
      console.log(`activation: ${activation.toFixed(1)} ms`);
      await workbench.codeLens('Run Graph').waitFor();
      await workbench.screenshot('1 code lens');
    });

    test('runs a graph from its code lens, and shows the steps in Runs', async () => {
      await workbench.showContainer('Scanflow');
      await workbench.treeItem('Workflow', 'trial').waitFor();
      await workbench.clickLens('Run training', () => workspace.engine.asked.some(({ name }) => name === 'run'));
      const request = workspace.engine.asked.find(({ name }) => name === 'run')!.parameters;
      expect(request).toMatchObject({ phase: 'training', file: 'digits.scanflow' });
      workspace.engine.happen('r1', { type: 'planned', steps: trainingSteps('running') });
      await workbench.treeItem('Runs', 'fake').waitFor();
      await workbench.page.locator('.notifications-toasts', { hasText: 'fake' }).waitFor();
      await workbench.page.locator('.statusbar-item', { hasText: 'fake training 0/3' }).waitFor();
      await workbench.screenshot('2 running');
    });

    test('shows the graph beside the text, with the run over it', async () => {
      await running();
      workspace.engine.happen('r1', { type: 'planned', steps: trainingSteps('running') });
      await workbench.openFile('digits.scanflow');
      await workbench.clickLens('Open graph', () => workbench.showsWebview('Graph'));
      const graph = await workbench.webview('Graph');
      await graph.locator('g.node[data-id=model].busy').waitFor();
      expect(await graph.locator('g.node').count()).toBe(10);
      await workbench.screenshot('3 graph');
      for (const step of trainingSteps('succeeded')) workspace.engine.happen('r1', { type: 'step', step });
      await graph.locator('g.node[data-id=model].well').waitFor();
      // In the margin of the text, too, and at the end of the lines.
      await workbench.page.locator('.glyph-margin-widgets [class*="TextEditorDecorationType"]').nth(2).waitFor();
      await graph.locator('g.node[data-id=drift]').click();
      const line = await until(lineInText, (at) => at !== null && at > 5);
      expect(line).toBe(29);
      // With the graph active, the tree goes to the text that is open; it opens no second one over the graph.
      await graph.locator('g.node[data-id=model]').focus();
      await until(
        () => workbench.api((vscode) => vscode.window.tabGroups.activeTabGroup.viewColumn),
        (column) => column === 2,
      );
      await workbench.treeItem('Workflow', 'trial').first().click();
      await until(
        () => workbench.api((vscode) => vscode.window.activeTextEditor?.selection.active.line ?? null),
        (at) => at !== null && at !== line,
      );
      const texts = () =>
        workbench.api(
          (vscode) =>
            vscode.window.tabGroups.all
              .flatMap(({ tabs }) => tabs)
              .filter(
                ({ input }) => input instanceof vscode.TabInputText && input.uri.path.endsWith('/digits.scanflow'),
              ).length,
        );
      expect(await texts()).toBe(1);
    });

    test('writes back to the text what is changed in the graph, as one edit', async () => {
      const graph = await graphBeside();
      const text = () =>
        workbench.api((vscode) =>
          vscode.workspace.textDocuments.find(({ fileName }) => fileName.endsWith('.scanflow'))!.getText(),
        );
      const input = workbench.page.locator('.quick-input-widget:visible input.input');
      const before = await text();
      // A double click leads to the line, and the keyboard with it, where the next key replaces nothing.
      await graph.locator('g.node[data-id=drift]').dblclick();
      await until(lineInText, (line) => line === 29);
      await until(graphHasKeys, (has) => !has);
      const empty = () => workbench.api((vscode) => vscode.window.activeTextEditor?.selection.isEmpty);
      await until(empty, (is) => is === true);
      // A click shows the line, and the keys stay the graph's.
      await graph.locator('g.node[data-id=labeler]').click();
      await until(lineInText, (line) => line === 30);
      await until(graphHasKeys, Boolean);
      await workbench.page.keyboard.press('F2');
      await input.waitFor();
      await input.fill('asker');
      await until(
        () => input.inputValue(),
        (value) => value === 'asker',
      );
      await workbench.page.keyboard.press('Enter');
      await graph.locator('g.node[data-id=asker]').waitFor();
      expect(await text()).toContain('drift.critical -> asker.data [inference]');
      await graph.locator('g.node[data-id=asker]').focus();
      await until(graphHasKeys, Boolean);
      await workbench.page.keyboard.press('Delete');
      await graph.locator('g.node[data-id=asker]').waitFor({ state: 'detached' });
      await workbench.execute('workbench.action.focusActiveEditorGroup');
      for (let step = 0; step < 2; step++) {
        await workbench.editor('digits.scanflow').locator('.view-lines').click();
        await workbench.execute('undo');
      }
      await until(text, (now) => now === before);
      await graph.locator('g.node[data-id=labeler]').waitFor();
    });

    test('a link to a node opens its graph, with the node selected', async () => {
      await workbench.execute('workbench.action.closeAllEditors');
      await workbench.webviewGone('Graph');
      await workbench.api(
        (vscode, id) =>
          vscode.commands.executeCommand(
            'vscode.open',
            vscode.Uri.parse(`${vscode.env.uriScheme}://${id}/graph?file=digits.scanflow&node=score`, true),
          ),
        ID,
      );
      const graph = await workbench.webview('Graph');
      await workbench.editor('digits.scanflow').waitFor();
      await graph.locator('g.node.selected[data-id=score]').waitFor();
      expect(await workbench.api((vscode) => vscode.window.activeTextEditor?.selection.active.line)).toBe(28);
    });

    test('knows every command that it declares', async () => {
      const unknown = await workbench.api(async (vscode, id) => {
        const known = new Set(await vscode.commands.getCommands(true));
        const { contributes } = vscode.extensions.getExtension(id)!.packageJSON as {
          contributes: { commands: { command: string }[] };
        };
        return contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
      }, ID);
      expect(unknown).toEqual([]);
    });

    test('labels fifty samples with fifty keys and no pointer, and the run goes on', async () => {
      await running();
      workspace.ask();
      workspace.engine.happen('r1', { type: 'task', task: 'task-1', title: 'Label', count: SAMPLES });
      await workbench.treeItem('Human Tasks', 'Label the critical samples').waitFor();
      await workbench.byKeys('Scanflow: Open Human Task...');
      const labeling = await workbench.webview('Labeling');
      await labeling.locator('canvas.sample').waitFor();
      await workbench.screenshot('4 labeling');
      await until(hasKeys, Boolean);
      for (let at = 0; at < SAMPLES; at++) {
        await workbench.page.keyboard.press(`Digit${(at + 1) % 10}`);
        if (at < SAMPLES - 1) await answered(at + 1);
      }
      await labeling.getByText(`Done: ${SAMPLES} labelled`).waitFor();
      expect([...workspace.answers]).toEqual(
        Array.from({ length: SAMPLES }, (_, at) => [`sample-${at}`, String((at + 1) % 10)]),
      );
    });

    test('finds five clean twins without a pointer: the nearest of the clean data are measured here', async () => {
      await running();
      workspace.askToFind();
      workspace.engine.happen('r1', { type: 'task', task: 'task-2', title: 'Find', count: SAMPLES });
      await workbench.treeItem('Human Tasks', 'Find the clean samples').waitFor();
      await workbench.byKeys('Scanflow: Open Human Task...');
      const finder = await workbench.webview('Labeling');
      await finder.locator('.candidates .twin').first().waitFor();
      await workbench.screenshot('4 finder');
      await until(hasKeys, Boolean);
      for (let at = 0; at < 5; at++) {
        await finder.getByText(`Sample ${at + 1}`, { exact: true }).waitFor();
        await finder.getByText('0.00').first().waitFor();
        await workbench.page.keyboard.press('Digit1');
        await answered(at + 1);
      }
      // Each critical picture is one of the clean ones, to the last bit.
      expect([...workspace.answers]).toEqual(Array.from({ length: 5 }, (_, at) => [`sample-${at}`, `clean-${at}`]));
      await finder.getByText('Sample 6', { exact: true }).waitFor();
      await workbench.page.keyboard.press('n');
      await answered(6);
      expect(workspace.answers.get('sample-5')).toBeNull();
      await workbench.byKeys('Scanflow: Finish Human Task');
      await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Finish' }).press('Enter');
      await finder.getByText('Done: 5 labelled').waitFor();
      // No letter of what was typed into the palette was taken for a key of the view.
      expect(workspace.answers.size).toBe(6);
    });

    test('reports on drift, and writes thresholds that were tried into the text, as one edit', async () => {
      await running();
      await workbench.execute('scanflow.driftReport');
      const report = await workbench.webview('Drift: drift@inference');
      await report.getByText('The batch has drifted').waitFor();
      await report.locator('.gallery canvas').first().waitFor();
      const high = report.getByRole('slider', { name: 'high threshold' });
      await high.focus();
      for (let press = 0; press < 5; press++) await high.press('Shift+ArrowRight');
      await report.getByText(/\d+ → \d+ of 80/).waitFor();
      await workbench.screenshot('5 drift');
      await workbench.byKeys('Scanflow: Apply Threshold to Source');
      const text = () =>
        workbench.api(
          (vscode) =>
            vscode.workspace.textDocuments.find(({ fileName }) => fileName.endsWith('digits.scanflow'))?.getText() ??
            '',
        );
      await until(text, (now) => /thresholds: \[12, [\d.]+\]/.test(now));
      await report.getByText('Written to the workflow').waitFor();
      await workbench.screenshot('5 applied');
      await workbench.openFile('digits.scanflow');
      await workbench.page.locator('.editor-instance .monaco-editor .view-lines').first().click();
      await workbench.execute('undo');
      await until(text, (now) => !now.includes('thresholds'));
    });

    test('authorises the candidate without a pointer, with a reason', async () => {
      await running();
      workspace.propose();
      workspace.engine.happen('r1', { type: 'decision', decision: workspace.decision });
      await workbench.treeItem('Human Tasks', 'Authorise').waitFor();
      await workbench.byKeys('Scanflow: Review Model...');
      const review = await workbench.webview('Model Review');
      await review.getByText('gains more than 0').waitFor();
      // A panel takes the focus once it is there, on a busy machine late: it would take it from what is typed next.
      const panel = await workbench.webviewFrame('Model Review');
      await until(
        () => panel.evaluate(() => document.hasFocus()),
        (focused) => focused,
      );
      await workbench.screenshot('5 review');
      await workbench.byKeys('Scanflow: Authorise Model...');
      const reason = '.quick-input-widget:visible .quick-input-box input.input';
      await workbench.page.locator('.quick-input-widget:visible', { hasText: 'for the record' }).waitFor();
      // The panel may take the focus once more, and late.
      await workbench.page.locator(reason).focus();
      await workbench.page.keyboard.type('gains where it counts');
      await workbench.page.keyboard.press('Enter');
      const dialog = workbench.page.locator('.monaco-dialog-box');
      await dialog.waitFor();
      await workbench.screenshot('5 authorise');
      // From the dialog, too.
      await dialog.getByRole('button', { name: 'Authorise' }).press('Enter');
      await until(
        async () => workspace.decision.state,
        (state) => state === 'promoted',
      );
      expect(workspace.decision.reason).toBe('gains where it counts');
      await workbench.treeItem('Models', 'champion').waitFor();
      await workbench.screenshot('6 authorised');
      // What was promoted is drawn as the engine runs it from now on, and stands in the tree below the node behind it.
      const graph = await graphBeside();
      await graph.locator('g.node.inserted').waitFor();
      await workbench.treeItem('Workflow', 'trial').first().locator('.monaco-tl-twistie').click();
      await workbench.treeItem('Workflow', 'put before trial.data').waitFor();
      await graph.locator('g.node.inserted').press('Enter');
      await until(
        () => workbench.api((vscode) => vscode.window.tabGroups.activeTabGroup.activeTab?.label),
        (label) => label === 'Model Review',
      );
      await workbench.screenshot('6 inserted');
    });

    test('a failed node is a problem on its line, with its last words', async () => {
      const fault = {
        code: 'SF4321',
        class: 'failed' as const,
        message: 'It ended with code 1.',
        remedy: 'See its log.',
      };
      await running();
      const [first] = trainingSteps('failed');
      workspace.engine.happen('r1', { type: 'step', step: { ...first!, fault, exitCode: 1 } });
      // It ran another text than there is now.
      const text = '.scanflow/ran.scanflow';
      await writeFile(path.join(workspace.folder, text), WORKFLOW.replace('default: 10', 'default: 11'));
      workspace.engine.settle('r1', 'failed', { text });
      const problems = await until(
        () =>
          workbench.api((vscode) =>
            vscode.languages
              .getDiagnostics()
              .flatMap(([, all]) => all)
              .filter(({ source }) => source === 'Scanflow run')
              .map(({ message, range }) => ({ message, line: range.start.line })),
          ),
        (found) => found.length > 0,
      );
      expect(problems).toEqual([{ message: expect.stringContaining('no such file train.py'), line: 25 }]);
      await workbench.page.locator('.statusbar-item.error-kind', { hasText: 'fake failed' }).waitFor();
      await workbench.screenshot('7 failed');
    });

    test('is there again after a reload', async () => {
      await workbench.reload();
      const graph = await workbench.webview('Graph');
      await graph.locator('g.node[data-id=model].ill').waitFor();
      await graph.getByRole('button', { name: 'From run r1: failed' }).waitFor();
      await workbench.treeItem('Runs', 'fake').waitFor();
      await workbench.screenshot('7 reloaded');
    });

    // With SCANFLOW_DUMP_THEMES, what the themes say becomes the fixture of the webviews' own tests.
    test('wears all four kinds of themes', async () => {
      const frame = await workbench.webviewFrame('Graph');
      const themes: Record<string, Record<string, string>> = {};
      for (const kind of KINDS.keys()) {
        themes[kind] = await wearTheme(workbench, frame, kind);
        await workbench.screenshot(`8 ${kind}`);
        expect(themes[kind]['--vscode-scanflow-phase1']).toMatch(/^(#|rgb)/);
      }
      if (process.env.SCANFLOW_DUMP_THEMES) {
        const styles = await Promise.all(
          ['graph', 'labeling'].map((name) => readFile(path.join(builtBundles(), `webviews/${name}.css`), 'utf8')),
        );
        const kept = Object.entries(themes).map(([kind, variables]) => {
          const used = Object.entries(variables).filter(([variable]) =>
            styles.some((style) => style.includes(variable)),
          );
          return [kind, Object.fromEntries(used)];
        });
        await writeFile(
          path.join(import.meta.dirname, 'themes.json'),
          `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`,
        );
      }
    });
  },
);
