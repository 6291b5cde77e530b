import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeEngine } from '../../host/fake-engine';
import { EXIT, fault } from '../../protocol';
import { scanflow, testIo } from '../test-io';
import { type Check, diskCheck, nodeCheck } from './examine';

/** A folder that the person may not write to: tests may run as one who may write anywhere. */
let forbidden: string | null = null;
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const access: typeof fs.access = async (file, mode) => {
    if (file === forbidden) throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
    return fs.access(file, mode);
  };
  return { ...fs, access };
});

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(path.join(os.tmpdir(), 'scanflow-doctor-'));
  process.env.SCANFLOW_SETTINGS = path.join(workspace, 'settings.json');
});
afterEach(() => {
  delete process.env.SCANFLOW_SETTINGS;
  rmSync(workspace, { recursive: true, force: true });
});

test.each([
  ['20.19.0', 'error'],
  ['22.12.9', 'error'],
  ['22.13.0', 'ok'],
  ['24.0.0', 'ok'],
])('Node %s is %s', (version, state) => {
  expect(nodeCheck(version).state).toBe(state);
});

test.each([
  [2 ** 40, 'ok'],
  [2 ** 31, 'warning'],
  [2 ** 20, 'error'],
])('%d bytes of disk are %s', (free, state) => {
  const check = diskCheck(free);
  expect(check.state).toBe(state);
  expect(check.remedy === null).toBe(state === 'ok');
});

test('of a folder that may not be written it says that, and no defect', async () => {
  forbidden = workspace;
  const { code, checks } = await rows();
  forbidden = null;
  expect(code).toBe(EXIT.environment);
  expect(checks.get('store')).toMatchObject({
    state: 'error',
    found: expect.stringContaining('(EACCES). (SF5004)'),
    remedy: 'Give yourself the right to read and write this path.',
  });
});

async function rows(engine = fakeEngine()): Promise<{ code: number; checks: Map<string, Check> }> {
  const { code, json } = await scanflow(testIo(engine, workspace), 'doctor', '--workspace', workspace, '--json');
  const { checks } = json as { checks: Check[] };
  return { code, checks: new Map(checks.map((check) => [check.name, check])) };
}

test('each row that is not ok says what to do', async () => {
  const { code, checks } = await rows();
  expect([...checks.keys()]).toEqual([
    'node',
    'settings',
    'built-in nodes',
    'learning',
    'processes',
    'docker',
    'python',
    'disk',
    'socket',
    'store',
  ]);
  for (const { state, remedy } of checks.values()) expect(remedy === null).toBe(state === 'ok');
  // There is no bundle in this folder.
  expect(checks.get('built-in nodes')).toMatchObject({ state: 'error', found: expect.stringContaining('SF4014') });
  expect(checks.get('store')).toMatchObject({ state: 'ok', found: `none yet in ${workspace}` });
  expect(code).toBe(EXIT.environment);
});

test('settings that are no JSON and a damaged store are errors of their rows alone', async () => {
  writeFileSync(path.join(workspace, 'settings.json'), '{');
  mkdirSync(path.join(workspace, '.scanflow'));
  const damaged = fakeEngine({
    runs: () => {
      throw fault('SF5001', 'environment', 'The journal is damaged.', 'Restore it.');
    },
  });
  const { checks } = await rows(damaged);
  expect(checks.get('settings')).toMatchObject({ state: 'error', found: expect.stringContaining('SF4090') });
  expect(checks.get('store')).toEqual({
    name: 'store',
    state: 'error',
    found: 'The journal is damaged. (SF5001)',
    remedy: 'Restore it.',
  });
  expect(checks.get('disk')?.found).toMatch(/GiB free/);
});

test('people see a row a thing', async () => {
  const { out } = await scanflow(testIo(fakeEngine(), workspace), 'doctor', '--workspace', workspace);
  expect(out).toMatch(/^ok {7}node/m);
  expect(out).toMatch(/^error {4}built-in nodes .*\n {25}\S/m);
});
