import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Backend } from '../../learning';

/** What it was measured on (4.1), and by which command. */
export interface Testbed {
  machine: string;
  system: string;
  software: string;
  date: string;
  command: string;
}

/** Options that name a place on this machine. */
const PLACES = ['--data', '--start', '--out', '--from', '--cells'];

export function testbedOf(backend: Backend, args: readonly string[]): Testbed {
  const cpus = os.cpus();
  const told = args.map((each, at) => (PLACES.includes(args[at - 1] ?? '') ? 'DIR' : each));
  return {
    machine: `${cpus.length} x ${cpus[0]?.model.trim() ?? 'unknown'}, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    software: `Node ${process.versions.node}, ${backend.name} ${backend.version}`,
    date: new Date().toISOString().slice(0, 10),
    command: `npm run paper -- ${told.join(' ')}`.trim(),
  };
}

/** Where the measurements of a folder come from, the first time that one is added: a line each. */
export function noteTestbed(folder: string, testbed: Testbed): void {
  const line = JSON.stringify(testbed);
  const known = testbedsOf(folder).some((each) => JSON.stringify(each) === line);
  mkdirSync(folder, { recursive: true });
  if (!known) appendFileSync(path.join(folder, FILE), `${line}\n`);
}

export function testbedsOf(folder: string): Testbed[] {
  const file = path.join(folder, FILE);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Testbed);
}

const FILE = 'testbeds.jsonl';
