import type { Frame } from 'playwright-core';
import type { Workbench } from './workbench';

/** The themes of VS Code's own four kinds, by the class that they put on a webview's body. */
export const KINDS = new Map([
  ['vscode-dark', 'Dark Modern'],
  ['vscode-high-contrast', 'Default High Contrast'],
  ['vscode-high-contrast-light', 'Default High Contrast Light'],
  ['vscode-light', 'Light Modern'],
]);

/** Switches the window's theme, until a webview wears it. @returns the variables that the webview got. */
export async function wearTheme(workbench: Workbench, frame: Frame, kind: string): Promise<Record<string, string>> {
  await workbench.api(
    (vscode, name) => vscode.workspace.getConfiguration('workbench').update('colorTheme', name, true) as Promise<void>,
    KINDS.get(kind),
  );
  await frame.waitForFunction((wanted) => document.body.className.split(' ').includes(wanted), kind);
  await new Promise((resolve) => setTimeout(resolve, 800));
  return await frame.evaluate(() => {
    const { style } = document.documentElement;
    const names = Array.from(style).filter((variable) => variable.startsWith('--vscode-'));
    return Object.fromEntries(names.sort().map((variable) => [variable, style.getPropertyValue(variable)]));
  });
}
