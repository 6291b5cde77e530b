import * as vscode from 'vscode';
import type { StepSummary } from '../../engine/protocol';
import type { Links } from '../engine/links';
import type { WorkflowReader } from '../graph/reader';
import type { CandidateMark } from '../messages';
import { gainFigure } from '../messages/gain';
import { candidatesOf } from '../panels/candidate-marks';
import { duration } from '../trees/duration';
import { whenDifferent } from '../trees/when-different';
import type { Mirror } from './mirror';
import { stepOf } from './step-of';

/** After the last change (milliseconds). */
const PAUSE = 300;
/** Checkers that leave a drift report. */
const DETECTOR = 'scanflow/drift-detector';

/**
 * Above a node, beside what the language server offers there: how it ended last (a click opens its log), what a detector
 * found, what an improver proposed.
 */
export function provideCodeLenses(links: Links, reader: WorkflowReader): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  let later: NodeJS.Timeout | null = null;
  // Events come in bursts; VS Code drops what it asks for while it waits for an answer to the same question.
  const look = whenDifferent(
    () => links.all().map((mirror) => [mirror.key, mirror.models, ...newestOf(mirror)]),
    () => {
      if (later) clearTimeout(later);
      later = setTimeout(() => changed.fire(), PAUSE);
    },
  );
  const subscription = links.onDidChange(look);
  const provider = vscode.languages.registerCodeLensProvider(
    { language: 'scanflow', scheme: 'file' },
    {
      onDidChangeCodeLenses: changed.event,
      async provideCodeLenses(document) {
        const { uri } = document;
        const folder = vscode.workspace.getWorkspaceFolder(uri);
        const mirror = folder && links.byKey(folder.uri.toString());
        const file = vscode.workspace.asRelativePath(uri, false);
        const row = mirror?.lastOf(file);
        const steps = row && mirror?.known(row.run)?.nodes;
        if (!steps || !vscode.workspace.getConfiguration('scanflow', uri).get('codeLens', true)) return [];
        const { outline } = await reader.outline(document);
        const proposed = new Map(
          candidatesOf(mirror.models, outline?.name ?? '', file).map((candidate) => [candidate.node, candidate]),
        );
        return (outline?.nodes ?? []).flatMap(({ id, nameRange, program }) => {
          const step = stepOf(steps, id);
          if (!step) return [];
          const { line, character } = nameRange.start;
          const title = [step.state, duration(step.startedAt, step.endedAt)].filter(Boolean).join(' ');
          const place = { key: mirror.key, run: row.run, node: step.name };
          const commands: vscode.Command[] = [{ title, command: 'scanflow.showLog', arguments: [place] }];
          if (program === DETECTOR && step.endedAt !== null) commands.push(driftReport(mirror, row.run, step));
          const candidate = proposed.get(id);
          if (candidate) commands.push(review(mirror.key, candidate));
          const range = new vscode.Range(line, character, line, character);
          return commands.map((command) => new vscode.CodeLens(range, command));
        });
      },
    },
  );
  return vscode.Disposable.from(changed, subscription, provider, { dispose: () => later && clearTimeout(later) });
}

/** Of each file the newest run, and how its steps stand. */
function newestOf(mirror: Mirror) {
  const newest = new Map(mirror.rows.toReversed().map(({ file, run }) => [file, run]));
  return [...newest.values()].map((run) => [
    run,
    (mirror.known(run)?.nodes ?? []).map(({ name, state, startedAt, endedAt }) => [name, state, startedAt, endedAt]),
  ]);
}

function driftReport(mirror: Mirror, run: string, step: StepSummary): vscode.Command {
  const item = { type: 'step', mirror, run, step, metrics: {} };
  return { title: vscode.l10n.t('Drift report'), command: 'scanflow.driftReport', arguments: [item] };
}

function review(key: string, { version, gain, decision, state }: CandidateMark): vscode.Command {
  const said = gainFigure(gain);
  const title =
    state === 'waiting'
      ? vscode.l10n.t('candidate v{0} {1}: review', version, said)
      : vscode.l10n.t('candidate v{0} {1}: {2}', version, said, state);
  return { title, command: 'scanflow.reviewModel', arguments: [{ key, decision }] };
}
