import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AttemptSpec } from '../runtime';
import { nodeSupervisor, shellSupervisor } from './supervisor';

test.each([
  ['the shell', shellSupervisor],
  ['Node', nodeSupervisor],
])('a second supervisor in %s, of an attempt that has one, leaves without a word', (_name, supervisor) => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'scanflow-supervisor-'));
  try {
    mkdirSync(path.join(directory, 'runtime'));
    writeFileSync(path.join(directory, 'runtime/pid'), '1\n');
    const attempt = { workspace: 'w', run: 'r', directory } as AttemptSpec;
    const [file, ...args] = supervisor.invocation(attempt, ['/bin/sh', '-c', 'echo ran']);
    const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    expect([status, stdout, stderr]).toEqual([125, '', '']);
    expect(readdirSync(path.join(directory, 'runtime'))).toEqual(['pid']);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
