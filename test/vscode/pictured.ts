import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { smallPng } from './small-png';
import { screenshots, type Workbench } from './workbench';

/** `npm run screenshots` says where the pictures of the docs go. */
export const pictures = process.env.SCANFLOW_PICTURES;

/**
 * A picture of the window: for the docs where they are made, else beside the tests' own. The pointer is out of the way.
 *
 * @param kept Not: it is there to be looked at, and the docs have no place for it.
 */
export async function pictured({ page }: Workbench, name: string, kept = true): Promise<void> {
  const folder = kept && pictures ? pictures : screenshots;
  await mkdir(folder, { recursive: true });
  await page.mouse.move(720, 890);
  const bytes = await page.screenshot();
  await writeFile(path.join(folder, `${name}.png`), kept && pictures ? smallPng(bytes) : bytes);
}
