import * as vscode from 'vscode';
import { type Decision, isRejectedByGate } from '../engine/protocol';
import type { Links } from './engine/links';
import type { Mirror } from './runs/mirror';
import type { TaskItem } from './trees/human-tasks-tree';
import { explainDecision, type ModelItem } from './trees/models-tree';

export interface Found {
  mirror: Mirror;
  decision: Decision;
  /** Its name, or its file. */
  workflow: string;
}

/** Authorises or rejects a candidate: shows what the gate found, asks why, keeps the record. */
export async function decide(
  links: Links,
  verdict: 'promote' | 'reject',
  item?: TaskItem | ModelItem | Found,
): Promise<void> {
  const found = decisionOf(item) ?? (await chooseUndecided(links, verdict));
  if (!found) return;
  const { mirror, decision } = found;
  const yes = verdict === 'promote' ? vscode.l10n.t('Authorise') : vscode.l10n.t('Reject');
  const question =
    verdict === 'promote'
      ? vscode.l10n.t('Authorise the candidate of {0}?', decision.improver)
      : vscode.l10n.t('Reject the candidate of {0}?', decision.improver);
  const reason = await askReason(question, decision.reason);
  if (reason === undefined) return;
  const detail = [explainDecision(decision), ...(isRejectedByGate(decision) ? [whatRejectingDoes()] : [])];
  const options = { modal: true, detail: detail.join('\n') };
  if ((await vscode.window.showInformationMessage(question, options, yes)) !== yes) return;
  const { notice } = await mirror.link.ask(verdict, { decision: decision.id, reason: reason.trim() || undefined });
  void vscode.commands.executeCommand('setContext', 'scanflow.hasDecided', true);
  await mirror.refresh();
  const done =
    verdict === 'promote' ? vscode.l10n.t('Promoted: the next run uses the new model.') : vscode.l10n.t('Rejected.');
  void vscode.window.showInformationMessage(done);
  if (notice !== undefined) void vscode.window.showWarningMessage(notice);
}

/** Takes back the last promotion of a workflow's file: another file may have a workflow of the same name. */
export async function rollBack(links: Links, item?: ModelItem | Found): Promise<void> {
  const found = decisionOf(item) ?? (await choosePromoted(links));
  if (!found) return;
  const { mirror, decision } = found;
  const inEffect = await mirror.link.ask('revisions', {});
  const file = inEffect.find((revision) => revision.decision === decision.id)?.file;
  // Decided in another workspace and imported, or taken back meanwhile.
  if (file === undefined) return void vscode.window.showInformationMessage(nothingPromoted());
  const yes = vscode.l10n.t('Roll Back');
  const question = vscode.l10n.t('Roll back the last promotion in {0}?', file);
  const detail = vscode.l10n.t('The former model is the champion again. The record keeps both decisions.');
  const reason = await askReason(question);
  if (reason === undefined) return;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
  await mirror.link.ask('rollback', { workflow: file, reason: reason.trim() || undefined });
  await mirror.refresh();
}

/**
 * Before the question that is modal, not after it: that one gives the focus back to where it was only a moment after it is closed,
 * and takes it from an input that is open by then.
 */
const askReason = (title: string, placeHolder?: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The reason, for the record'),
    ignoreFocusOut: true,
    placeHolder,
  });

function decisionOf(item?: TaskItem | ModelItem | Found): Found | undefined {
  if (item && 'decision' in item) return item;
  if (item && 'task' in item && item.task.decision) {
    return { mirror: item.mirror, decision: item.task.decision, workflow: item.task.workflow };
  }
  if (item && 'type' in item && item.type === 'version' && item.version.decision) {
    // `<workflow>/<node>.<port>`
    return {
      mirror: item.mirror,
      decision: item.version.decision,
      workflow: item.version.name.replace(/\/[^/]*$/, ''),
    };
  }
  return undefined;
}

/** What waits; to reject, also what the gate alone has rejected, after it. */
async function chooseUndecided(links: Links, verdict: 'promote' | 'reject'): Promise<Found | undefined> {
  const mirrors = await links.asked();
  const waiting = mirrors.flatMap((mirror) =>
    mirror.tasks.flatMap(({ decision, workflow }) => (decision ? [{ mirror, decision, workflow }] : [])),
  );
  if (verdict === 'promote') return choose(waiting, vscode.l10n.t('No candidate waits to be authorised.'));
  const byGate = mirrors.flatMap((mirror) =>
    mirror.models.flatMap(({ versions }) =>
      versions.flatMap((version) => {
        const found = decisionOf({ type: 'version', mirror, version });
        return found && isRejectedByGate(found.decision) ? found : [];
      }),
    ),
  );
  // Each output of a candidate is a version of its own.
  const each = new Map(byGate.map((found) => [`${found.mirror.key} ${found.decision.id}`, found]));
  return choose([...waiting, ...[...each.values()].toReversed()], vscode.l10n.t('There is no candidate to reject.'));
}

const whatRejectingDoes = () =>
  vscode.l10n.t(
    'The labels that this candidate learned from are tried again in the next cycle, unless one that learned from them came further. Where they are wrong, reject it: they are left out from then on.',
  );

async function choosePromoted(links: Links): Promise<Found | undefined> {
  const promoted = (await links.asked()).flatMap((mirror) => {
    const decisions = mirror.models.flatMap(({ versions }) => versions.flatMap(({ decision }) => decision ?? []));
    return mirror.revisions.flatMap(({ decision: id, file }) => {
      const decision = decisions.find((one) => one.id === id);
      return decision ? [{ mirror, decision, workflow: file }] : [];
    });
  });
  // Of each file the last, which is the one that would be taken back.
  const files = new Map(promoted.map((found) => [`${found.mirror.key} ${found.workflow}`, found]));
  return choose([...files.values()], nothingPromoted());
}

const nothingPromoted = () => vscode.l10n.t('Nothing was promoted that could be rolled back.');

async function choose(found: Found[], none: string): Promise<Found | undefined> {
  if (found.length <= 1) {
    if (found.length === 0) void vscode.window.showInformationMessage(none);
    return found[0];
  }
  const rows = found.map((one) => ({
    label: one.decision.improver,
    description: one.workflow,
    detail: one.decision.reason,
    one,
  }));
  return (await vscode.window.showQuickPick(rows))?.one;
}
