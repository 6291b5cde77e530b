import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Rooms whose source raises faults and problems. */
const rooms = ['graph', 'language-server', 'engine', 'nodes', 'learning', 'extension'];

it('has one row in docs/problems.md for every code that the source raises', () => {
  const page = readFileSync('docs/problems.md', 'utf8');
  const rows = [...page.matchAll(/^\| \[?(SF\d{4})\b/gm)].map(([, code]) => code);
  const documented = new Set(rows);
  expect(rows.filter((code, at) => rows.indexOf(code) !== at)).toEqual([]);
  const raised = new Set<string>();
  for (const room of rooms) {
    for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      for (const [, code] of readFileSync(path.join(room, name), 'utf8').matchAll(/\b'?(SF\d{4})\b/g))
        raised.add(code!);
    }
  }
  expect([...raised].filter((code) => !documented.has(code)).sort()).toEqual([]);
});
