import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { packedExtension } from './packed';
import { removeWorkspace } from './real-engine';
import { type ServerOptions, startServer, type VsCodeServer } from './server';
import { until, Workbench } from './workbench';

/** There once the tests around have begun. */
export interface PackedWindow {
  readonly workbench: Workbench;
  readonly folder: string;
  /** One of them has failed. */
  readonly failed: boolean;
}

/**
 * One window of a real VS Code for the tests around, on a folder of its own with these files: the packed extension, the
 * real engine. What a test saw when it failed is kept as a picture.
 */
export function packedWindow(options: ServerOptions = {}, files: Readonly<Record<string, string>> = {}): PackedWindow {
  let server: VsCodeServer | undefined;
  let workbench: Workbench | undefined;
  let folder = '';
  let failed = false;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'scanflow-window-'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    server = await startServer({ vsix: [packedExtension()], ...options });
    workbench = await Workbench.open(server, folder);
  }, 600_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    failed = true;
    await workbench?.screenshot(`failed ${task.name.slice(0, 60)}`);
  });
  afterAll(async () => {
    await workbench?.close();
    await server?.stop();
    if (folder) await removeWorkspace(folder);
  });
  return {
    get workbench() {
      return workbench!;
    },
    get folder() {
      return folder;
    },
    get failed() {
      return failed;
    },
  };
}

/** Makes a workflow from a template, as a person does in an empty folder: it is called as the template is. */
export async function newWorkflow(workbench: Workbench, template: string): Promise<void> {
  await workbench.palette('Scanflow: New Workflow...');
  await workbench.pick(template);
  const input = workbench.page.locator('.quick-input-widget:visible input.input');
  await until(
    () => input.inputValue(),
    (value) => value === template,
  );
  await workbench.page.keyboard.press('Enter');
  await workbench.editor(`${template}.scanflow`).waitFor();
}
