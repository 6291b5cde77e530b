import * as vscode from 'vscode';
import type { FromAnyone } from '../messages/aid';

type Asked = Exclude<FromAnyone, { type: 'cancel' }>;

/** What a problem that is shown in a webview offers: the log, and its text to be passed on. */
export async function aid(log: vscode.LogOutputChannel, message: Asked): Promise<void> {
  if (message.type === 'copy') await vscode.env.clipboard.writeText(message.text);
  else log.show();
}

export const isAid = (message: { type: string }): message is Asked =>
  message.type === 'openLog' || message.type === 'copy';
