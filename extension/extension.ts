import path from 'node:path';
import * as vscode from 'vscode';
import { decide, rollBack } from './decisions';
import { Doctor } from './doctor';
import { tellEndedWatches } from './ended-watches';
import { showHealth } from './engine/health';
import { Links } from './engine/links';
import { placeOfLink } from './graph/links';
import { WorkflowReader } from './graph/reader';
import { LabelingDesk } from './labeling/desk';
import { type LanguageLink, startLanguageClient } from './language-client';
import type { LabelAction } from './messages/labeling';
import { newWorkflow } from './new-workflow';
import { ComparePages } from './panels/compare-pages';
import { CurvePages, type CurvesTopic } from './panels/curve-pages';
import { DriftPages } from './panels/drift-pages';
import { graphCommands } from './panels/graph-commands';
import { GraphEdits } from './panels/graph-edits';
import { GraphPanels } from './panels/graph-panel';
import { placeIn } from './panels/graph-places';
import { LabelingViews } from './panels/labeling-view';
import { ReviewPages, type ReviewTopic } from './panels/review-pages';
import { RunTexts } from './panels/run-texts';
import { showText } from './panels/show-text';
import { tellRenamed } from './renamed';
import { provideCodeLenses } from './runs/code-lenses';
import { showFailures } from './runs/failures';
import { asUri, runsOf } from './runs/from-commands';
import { showInGutter } from './runs/gutter';
import { LogDocuments } from './runs/logs';
import { runCommands } from './runs/run-commands';
import { RunStarter } from './runs/run-graph';
import { Secrets } from './runs/secrets';
import { showInStatusBar } from './runs/status-bar';
import { provideTasks } from './runs/task-provider';
import { Samples } from './samples/samples';
import { attempt } from './tell-fault';
import { whileSeen } from './trees/ages';
import { HumanTasksTree, type TaskItem } from './trees/human-tasks-tree';
import { type ModelItem, ModelsTree } from './trees/models-tree';
import type { RunItem } from './trees/run-items';
import { RunsTree } from './trees/runs-tree';
import { isFromRevision, placeOf, type WorkflowItem, WorkflowTree } from './trees/workflow-tree';
import { tellWhatIsThere } from './what-is-there';

/** What the tests of the real editor look at. */
export interface ScanflowExtension {
  /** Of our own code in `activate` (milliseconds). */
  activation: number;
  /** The labeling view has the keyboard, and VS Code knows. */
  labels(): boolean;
  /** The same of a graph. */
  draws(): boolean;
}

/** What the end of the window waits for. */
let end = async (): Promise<void> => {};

/** VS Code disposes of subscriptions while this is under way: what needs an engine until the last is ended here. */
export const deactivate = (): Promise<void> => end();

/** Puts the parts together. Nothing is started here: no process, no connection, no reading of files. */
export function activate(context: vscode.ExtensionContext): ScanflowExtension {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('Scanflow', { log: true });
  const program = (name: string) => path.join(context.extensionPath, 'dist', name);
  const reader = new WorkflowReader(program('graph-worker.js'));
  const samples = new Samples(program('samples-worker.js'));
  const secrets = new Secrets(context.secrets);
  const links = new Links({ node: process.execPath, script: program('scanflow.js') }, log, secrets);
  const logs = new LogDocuments(links);
  const starter = new RunStarter(links, reader, context.workspaceState, secrets);
  let language: LanguageLink | null = null;
  const edits = new GraphEdits(() => language);
  const panels = new GraphPanels(context.extensionUri, context.extension.id, reader, links, edits, log);
  const desk = new LabelingDesk(links, samples, context.workspaceState, log);
  const labeling = new LabelingViews(context.extensionUri, desk);
  const drift = new DriftPages(context.extensionUri, links, samples, log);
  const texts = new RunTexts(links);
  const doctor = new Doctor(links, program('scanflow.js'));
  const compare = new ComparePages(context.extensionUri, links, texts, log);
  const curves = new CurvePages(context.extensionUri, links, log);
  const review = new ReviewPages(context.extensionUri, links, log);
  const workflow = new WorkflowTree(reader, links, log);
  const runs = new RunsTree(links, log);
  const tasks = new HumanTasksTree(links);
  const models = new ModelsTree(links);
  const views = {
    workflow: vscode.window.createTreeView('scanflow.workflow', {
      treeDataProvider: workflow,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    }),
    runs: vscode.window.createTreeView('scanflow.runs', {
      treeDataProvider: runs,
      showCollapseAll: true,
      canSelectMany: true,
    }),
    tasks: vscode.window.createTreeView('scanflow.tasks', { treeDataProvider: tasks }),
    models: vscode.window.createTreeView('scanflow.models', { treeDataProvider: models }),
  };
  tasks.view = views.tasks;

  const activeWorkflow = () => {
    const document = vscode.window.activeTextEditor?.document;
    return document?.languageId === 'scanflow' ? document.uri : (panels.active ?? workflow.file);
  };
  const on = <W extends unknown[]>(name: string, act: (...words: W) => unknown) =>
    vscode.commands.registerCommand(`scanflow.${name}`, (...words: W) => attempt(log, () => act(...words)));
  const act = (name: string, action: LabelAction) => on(name, () => labeling.act(action));
  const openTaskOf = async (kind: 'label' | 'find') => {
    const chosen = await chooseTask(links, kind);
    if (chosen) await labeling.show(chosen);
  };

  context.subscriptions.push(
    log,
    reader,
    samples,
    logs,
    texts,
    doctor,
    panels,
    desk,
    labeling,
    drift,
    compare,
    curves,
    review,
    workflow,
    runs,
    tasks,
    models,
    ...Object.values(views),
    whileSeen([views.runs, views.models], () => {
      runs.age();
      models.age();
    }),
    views.workflow.onDidChangeCheckboxState(({ items }) => {
      for (const [item, state] of items) workflow.check(item, state === vscode.TreeItemCheckboxState.Checked);
    }),
    showHealth(links),
    showInStatusBar(links),
    tellWhatIsThere(links),
    tellRenamed(links, log),
    tellEndedWatches(links, log),
    showFailures(links, reader, log),
    provideCodeLenses(links, reader),
    showInGutter(links, reader, log),
    provideTasks(links, reader, secrets),
    ...runCommands(on, {
      links,
      logs,
      starter,
      runs,
      runsView: views.runs,
      workflow,
      active: () => activeWorkflow() ?? undefined,
    }),
    on('showGraph', (given?: unknown) => {
      const uri = asUri(given) ?? activeWorkflow();
      if (uri) panels.show(uri);
    }),
    ...graphCommands(panels, on),
    vscode.window.registerUriHandler({
      handleUri: (link) =>
        attempt(log, async () => {
          const { workflow: uri, node } = await placeOfLink(link);
          const { outline } = await reader.outline(await vscode.workspace.openTextDocument(uri));
          // At the node in the text as well: the selection follows the cursor.
          await showText(uri, outline && node !== null ? placeIn(outline, node) : undefined);
          await panels.revealNode(uri, node);
        }),
    }),
    on('showRun', (item: RunItem) => {
      if (item.type !== 'run') return;
      panels.showRunOf(vscode.Uri.joinPath(item.mirror.link.folder.uri, item.row.file), item.row.run);
    }),
    on('compareRuns', (given?: unknown, chosen?: unknown) => compare.show(runsOf(given, chosen))),
    on('pinBaseline', () => compare.pinBaseline()),
    on('showDifferences', () => compare.toggleDifferences()),
    on('applyThresholds', () => drift.write()),
    on('showCurves', (item?: RunItem | CurvesTopic) => curves.show(item)),
    on('driftReport', (item?: RunItem) => drift.show(item)),
    on('reviewModel', (item?: TaskItem | ModelItem | ReviewTopic) => review.show(item)),
    on('openTask', async (given?: TaskItem | { task: string }) => {
      const chosen = taskOf(links, given) ?? (await chooseTask(links));
      if (!chosen) return;
      await (chosen.task.kind === 'authorise' ? review.show(chosen) : labeling.show(chosen));
    }),
    on('labelGrid', (given?: TaskItem | { task: string }) => labeling.showGrid(taskOf(links, given))),
    on('finishTask', () => desk.finish()),
    on('labelSample', (index: unknown) => typeof index === 'number' && labeling.assign(index)),
    act('skipSample', 'skip'),
    act('flagSample', 'flag'),
    act('undoLabel', 'undo'),
    act('redoLabel', 'redo'),
    act('nextSample', 'next'),
    act('previousSample', 'previous'),
    act('skipWithReason', 'skipWithReason'),
    act('cycleView', 'view'),
    act('revealSeverity', 'reveal'),
    act('toggleGrid', 'grid'),
    act('widenCandidates', 'widen'),
    act('sameClass', 'sameClass'),
    act('acceptSuggestion', 'accept'),
    act('labelingKeys', 'keys'),
    act('chooseTwin', 'accept'),
    act('noTwin', 'skip'),
    on('openLabeling', () => openTaskOf('label')),
    on('openFinder', () => openTaskOf('find')),
    on('showKeys', () =>
      vscode.commands.executeCommand('workbench.action.openGlobalKeybindings', `@ext:${context.extension.id}`),
    ),
    on('authorise', (item?: TaskItem | ModelItem) => decide(links, 'promote', item)),
    on('reject', (item?: TaskItem | ModelItem) => decide(links, 'reject', item)),
    on('rollBack', (item?: ModelItem) => rollBack(links, item)),
    on('refresh', () => Promise.all(links.all().map((mirror) => mirror.refresh()))),
    on('newWorkflow', () => newWorkflow(context.extensionUri)),
    on('doctor', () => doctor.show()),
    on('reconnect', () => Promise.all(links.all().map(({ link }) => link.reconnect()))),
    on('showEngineLog', () => log.show()),
    on('openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`, false),
    ),
    on('revealInSource', (item: WorkflowItem) => !isFromRevision(item) && showText(item.uri, placeOf(item))),
    on('copyName', (item: WorkflowItem | RunItem | ModelItem) => vscode.env.clipboard.writeText(nameOf(item))),
  );

  const wake = (start: boolean) => void attempt(log, () => links.wake(start));
  const looksOn = () => Object.values(views).some(({ visible }) => visible);
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => wake(looksOn())),
    vscode.workspace.onDidChangeWorkspaceFolders(() => wake(looksOn())),
    ...Object.values(views).map((view) => view.onDidChangeVisibility(({ visible }) => visible && wake(true))),
  );
  // After `activate`, so that the editor does not wait for what nobody looks at yet.
  setTimeout(() => {
    language = startLanguageClient(program('language-server.js'), links, log);
    context.subscriptions.push(language);
    void vscode.commands.executeCommand('setContext', 'scanflow.opened', true);
    wake(looksOn());
  });
  end = () => desk.settle().finally(() => links.dispose());
  return { activation: performance.now() - began, labels: () => labeling.hasKeys, draws: () => panels.hasKeys };
}

function taskOf(links: Links, given?: TaskItem | { task: string }): TaskItem | undefined {
  if (!given) return undefined;
  if ('mirror' in given) return given;
  const all = links.all().flatMap((mirror) => mirror.tasks.map((task) => ({ mirror, task })));
  return all.find(({ task }) => task.id === given.task);
}

function nameOf(item: WorkflowItem | RunItem | ModelItem): string {
  switch (item.type) {
    case 'group':
      return item.group.name;
    case 'node':
      return item.node.id;
    case 'edge':
      return `${item.edge.from} -> ${item.edge.to}`;
    case 'inserted':
      return item.inserted.node;
    case 'revised':
      return item.says;
    case 'run':
      return item.row.run;
    case 'step':
      return item.step.name;
    case 'metric':
    case 'branch':
      return item.name;
    case 'attempt':
    case 'inputs':
    case 'outputs':
      return item.step;
    case 'passage':
      return item.passage.path;
    case 'output':
      return item.output.path;
    case 'fault':
      return item.message;
    case 'older':
      return '';
    case 'model':
      return item.model.name;
    case 'archive':
      return item.model;
    case 'version':
      return `${item.version.name}@${item.version.version}`;
  }
}

async function chooseTask(links: Links, kind?: 'label' | 'find'): Promise<TaskItem | undefined> {
  const rows = (await links.asked())
    .flatMap((mirror) => mirror.tasks.map((task) => ({ label: task.title, description: task.workflow, mirror, task })))
    .filter(({ task }) => kind === undefined || task.kind === kind);
  if (rows.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t('Nothing waits for you.'));
  if (rows.length <= 1) return rows[0];
  return vscode.window.showQuickPick(rows, { placeHolder: vscode.l10n.t('Which task') });
}
