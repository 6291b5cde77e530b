import * as vscode from 'vscode';
import { isRejectedByGate } from '../engine/protocol';
import type { Links } from './engine/links';
import type { Mirror } from './runs/mirror';

/** Context keys by which the palette hides what cannot be done; a key that is set says that there is none of it. */
const KEYS: Record<string, (mirror: Mirror) => boolean> = {
  'scanflow.noRuns': ({ rows }) => rows.length > 0,
  'scanflow.noTwoRuns': ({ rows }) => rows.length > 1,
  'scanflow.noStoppedRun': (mirror) =>
    mirror.rows.some(({ run, state }) => state === 'failed' || state === 'cancelled' || mirror.interrupted(run)),
  'scanflow.noWatch': ({ watches, endedWatches }) => watches.length + endedWatches.length > 0,
  'scanflow.noTask': ({ tasks }) => tasks.length > 0,
  'scanflow.noLabelTask': ({ tasks }) => tasks.some(({ kind }) => kind === 'label'),
  'scanflow.noFindTask': ({ tasks }) => tasks.some(({ kind }) => kind === 'find'),
  'scanflow.noWaitingCandidate': ({ tasks }) => tasks.some(({ kind }) => kind === 'authorise'),
  'scanflow.noRejectableCandidate': ({ tasks, models }) =>
    tasks.some(({ kind }) => kind === 'authorise') ||
    models.some(({ versions }) => versions.some(({ decision }) => decision && isRejectedByGate(decision))),
  'scanflow.noCandidate': ({ models }) => models.some(({ versions }) => versions.some(({ decision }) => decision)),
  'scanflow.noPromotion': ({ models }) =>
    models.some(({ versions }) => versions.some(({ decision }) => decision?.state === 'promoted')),
};

/**
 * Tells VS Code what there is none of. Nothing is said of a folder whose engine has not been asked: its commands stay, for
 * they start it.
 */
export function tellWhatIsThere(links: Links): vscode.Disposable {
  const told = new Map<string, boolean>();
  return links.onDidChange(() => {
    const mirrors = links.all();
    const known = mirrors.length > 0 && mirrors.every(({ asked }) => asked);
    for (const [key, has] of Object.entries(KEYS)) {
      const none = known && !mirrors.some(has);
      if (told.get(key) === none) continue;
      told.set(key, none);
      void vscode.commands.executeCommand('setContext', key, none);
    }
  });
}
