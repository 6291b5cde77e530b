import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EXIT } from '../protocol';
import { scanflow, testIo } from './test-io';

let top: string;
const at = (...parts: string[]) => path.join(top, ...parts);

beforeEach(() => {
  top = mkdtempSync(path.join(os.tmpdir(), 'scanflow-init-'));
  for (const folder of ['dist', 'mine', 'examples/sensors/.scanflow', 'examples/sensors/parts', 'examples/notes']) {
    mkdirSync(at(folder), { recursive: true });
  }
  writeFileSync(
    at('examples/sensors/sensors.scanflow'),
    'scanflow: 1\nname: sensors\ndescription: Rules on a table.\n',
  );
  writeFileSync(at('examples/sensors/parts/a.csv'), 'a');
  writeFileSync(at('examples/sensors/.scanflow/lock'), '');
  writeFileSync(at('examples/notes/README.md'), '');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const io = () => testIo(null, at('mine'), { installation: at('dist') });

test('templates are the examples that hold a workflow', async () => {
  const { json } = await scanflow(io(), 'init', '--list', '--json');
  expect(json).toEqual({ templates: [{ name: 'sensors', description: 'Rules on a table.' }] });
});

test('a template is copied without what running it left', async () => {
  const { code, json } = await scanflow(io(), 'init', '--json');
  expect(code).toBe(EXIT.done);
  const file = at('mine/sensors/sensors.scanflow');
  expect(json).toEqual({ template: 'sensors', file, files: ['sensors.scanflow', 'parts/a.csv'] });
  expect(readFileSync(at('mine/sensors/parts/a.csv'), 'utf8')).toBe('a');
  expect(existsSync(at('mine/sensors/.scanflow'))).toBe(false);
});

test('nothing is overwritten, and then nothing is copied', async () => {
  mkdirSync(at('mine/parts'));
  writeFileSync(at('mine/parts/a.csv'), 'mine');
  const { code, err } = await scanflow(io(), 'init', 'sensors', '.');
  expect(code).toBe(EXIT.request);
  expect(err).toMatch(/SF3907.*parts\/a\.csv/);
  expect(readdirSync(at('mine'))).toEqual(['parts']);
  expect(readFileSync(at('mine/parts/a.csv'), 'utf8')).toBe('mine');
});

test('another name is refused with those that there are', async () => {
  for (const name of ['digits', 'notes', '../sensors']) {
    const { code, err } = await scanflow(io(), 'init', name);
    expect(code).toBe(EXIT.request);
    expect(err).toMatch(/SF3908.*is none of sensors/);
  }
});
