import type { Frame } from 'playwright-core';
import type { Workbench } from './workbench';

/** The themes of VS Code's own four kinds, by the class that they put on a webview's body. */
const NAMES = new Map([
  ['vscode-light', 'Light Modern'],
  ['vscode-dark', 'Dark Modern'],
  ['vscode-high-contrast', 'Default High Contrast'],
  ['vscode-high-contrast-light', 'Default High Contrast Light'],
]);

/** The variables that a webview gets in each kind of theme: what test/vscode/themes.json holds. */
export async function dumpThemes(workbench: Workbench, frame: Frame): Promise<Record<string, Record<string, string>>> {
  const themes: Record<string, Record<string, string>> = {};
  for (const [kind, name] of NAMES) {
    await workbench.api(
      (vscode, theme) =>
        vscode.workspace.getConfiguration('workbench').update('colorTheme', theme, true) as Promise<void>,
      name,
    );
    await frame.waitForFunction((wanted) => document.body.className.split(' ').includes(wanted), kind);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    themes[kind] = await frame.evaluate(() => {
      const { style } = document.documentElement;
      const names = Array.from(style).filter((variable) => variable.startsWith('--vscode-'));
      return Object.fromEntries(names.sort().map((variable) => [variable, style.getPropertyValue(variable)]));
    });
  }
  return themes;
}
