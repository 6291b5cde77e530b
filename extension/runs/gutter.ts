import * as vscode from 'vscode';
import type { StepState } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import { whenDifferent } from '../trees/when-different';
import { gutterIcon, rulerColour, STEP_STATES } from './gutter-icons';
import { stepOf } from './step-of';

/** After the last change (milliseconds). */
const PAUSE = 150;

/**
 * In the margin of a workflow's text, beside each node: how it stands in the file's last run. Words and durations are in
 * the lens, the hint and the hover; here is what one sees at a glance.
 */
export function showInGutter(links: Links, reader: WorkflowReader, log: vscode.LogOutputChannel): vscode.Disposable {
  const types = new Map(STEP_STATES.map((state) => [state, decorationOf(state)]));
  let later: NodeJS.Timeout | null = null;
  const showAll = () => {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.languageId !== 'scanflow') continue;
      placesOf(editor.document, links, reader).then(
        (places) => {
          if (!places) return;
          for (const [state, type] of types) editor.setDecorations(type, places.get(state) ?? []);
        },
        (error: unknown) => log.warn(String(error)),
      );
    }
  };
  const soon = () => {
    if (later) clearTimeout(later);
    later = setTimeout(showAll, PAUSE);
  };
  const changed = whenDifferent(() => links.all().map((mirror) => [mirror.key, statesIn(links, mirror.key)]), soon);
  return vscode.Disposable.from(
    ...types.values(),
    links.onDidChange(changed),
    vscode.window.onDidChangeVisibleTextEditors(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => document.languageId === 'scanflow' && soon()),
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('scanflow.gutterIcons') && soon()),
    { dispose: () => later && clearTimeout(later) },
  );
}

/** How the steps of the newest run of each visible text stand. */
function statesIn(links: Links, key: string) {
  const mirror = links.byKey(key);
  return vscode.window.visibleTextEditors.map(({ document: { uri } }) => {
    const row = mirror?.lastOf(vscode.workspace.asRelativePath(uri, false));
    return (row && mirror?.known(row.run)?.nodes)?.map(({ name, state }) => [name, state]);
  });
}

/** Null where the text is broken, or is another by now: VS Code moves what is there with the text. */
async function placesOf(
  document: vscode.TextDocument,
  links: Links,
  reader: WorkflowReader,
): Promise<Map<StepState, vscode.Range[]> | null> {
  const places = new Map<StepState, vscode.Range[]>();
  const { uri, version } = document;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const mirror = folder && links.byKey(folder.uri.toString());
  const row = mirror?.lastOf(vscode.workspace.asRelativePath(uri, false));
  const steps = row && mirror?.known(row.run)?.nodes;
  if (!steps || !vscode.workspace.getConfiguration('scanflow', uri).get('gutterIcons', true)) return places;
  const { outline } = await reader.outline(document);
  if (!outline || document.version !== version) return null;
  for (const { id, nameRange } of outline.nodes) {
    const state = stepOf(steps, id)?.state;
    if (!state) continue;
    const { line, character } = nameRange.start;
    places.set(state, [...(places.get(state) ?? []), new vscode.Range(line, character, line, character)]);
  }
  return places;
}

function decorationOf(state: StepState): vscode.TextEditorDecorationType {
  const picture = (theme: 'dark' | 'light') => ({
    gutterIconPath: vscode.Uri.parse(gutterIcon(state, theme)),
    gutterIconSize: 'contain',
  });
  const colour = rulerColour(state);
  return vscode.window.createTextEditorDecorationType({
    dark: picture('dark'),
    light: picture('light'),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    ...(colour !== null && {
      overviewRulerColor: new vscode.ThemeColor(colour),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
    }),
  });
}
