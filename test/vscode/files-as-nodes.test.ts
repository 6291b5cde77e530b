import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { missingBrowser } from './browser';
import { packedWindow } from './packed-window';
import { until, type Workbench } from './workbench';

const missing = await missingBrowser();
const WORKFLOW = 'scanflow: 1\nname: rooms\nnodes:\n  first: { uses: scanflow/tracker } # stays\n';

describe.skipIf(missing !== null)(
  `files become nodes in a real VS Code${missing ? `: ${missing}` : ''}`,
  { timeout: 600_000 },
  () => {
    const opened = packedWindow(
      {},
      { 'rooms.scanflow': WORKFLOW, 'train.py': 'print(1)\n', 'rooms.csv': 'id,temperature\na,21\n' },
    );
    let workbench: Workbench;
    beforeAll(async () => {
      ({ workbench } = opened);
      await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await workbench.openFile('rooms.scanflow');
      await workbench.codeLens('Run Graph').waitFor();
      await workbench.execute('workbench.view.explorer');
    }, 600_000);
    beforeEach(() => workbench.execute('workbench.action.files.revert'));

    const text = () => workbench.api((vscode) => vscode.window.activeTextEditor?.document.getText() ?? '');
    const inExplorer = (name: string) =>
      workbench.page.locator('.explorer-folders-view').getByText(name, { exact: true });
    const isNode = (now: string) =>
      now.includes('files: [train.py]') && /\n {2}train: \{ executor: train \}/.test(now) && now.includes('# stays');

    test('a script that is dropped with Shift from the explorer', async () => {
      const { mouse, keyboard } = workbench.page;
      await inExplorer('train.py').hover();
      await mouse.down();
      const target = (await workbench.editor('rooms.scanflow').locator('.view-lines').boundingBox())!;
      await mouse.move(target.x + 80, target.y + 30, { steps: 8 });
      await keyboard.down('Shift');
      await mouse.move(target.x + 90, target.y + 36, { steps: 4 });
      await mouse.up();
      await keyboard.up('Shift');
      await until(text, isNode);
      await workbench.screenshot('dropped');
      await workbench.execute('undo');
      expect(await until(text, (now) => !now.includes('train.py'))).toBe(WORKFLOW);
    });

    test('a table that is copied in the explorer and pasted becomes a source', async () => {
      await inExplorer('rooms.csv').click();
      await workbench.page.keyboard.press('Control+c');
      await workbench.openFile('rooms.scanflow');
      await workbench.editor('rooms.scanflow').locator('.view-lines').click();
      await workbench.page.keyboard.press('Control+v');
      await until(text, (now) => /\nsources:\n {2}rooms: \{? ?(path: )?rooms\.csv/.test(now));
      await workbench.screenshot('pasted');
    });
  },
);
