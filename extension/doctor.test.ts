import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => import('./runs/fake-vscode'));

import { Doctor } from './doctor';
import type { Links } from './engine/links';
import { folderAt } from './runs/fake-vscode';

test('of a folder that is gone the report says so, and all else beside it', async () => {
  const links = { all: () => [{ link: { folder: folderAt('/nowhere/at/all'), health: { state: 'off' } } }] };
  const doctor = new Doctor(links as unknown as Links, '/no/program');
  const report = await doctor.provideTextDocumentContent();
  expect(report).toContain('/nowhere/at/all is not there');
  expect(report).toContain('Engine program');
  expect(report).not.toContain('Disk of');
});
