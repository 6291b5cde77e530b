import * as vscode from 'vscode';
import type { RunRequest } from '../../engine/protocol';

/** How a person's settings want a file to run, however it is started. */
export function settingsFor(file: vscode.Uri): Pick<RunRequest, 'runtime' | 'jobs'> {
  const settings = vscode.workspace.getConfiguration('scanflow.run', file);
  return {
    runtime: settings.get<'auto' | 'docker' | 'process'>('runtime'),
    jobs: settings.get<number | null>('jobs') ?? undefined,
  };
}
