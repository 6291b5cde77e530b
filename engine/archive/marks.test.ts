import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EngineRooms } from '../runs/run-context';
import { marked } from './marks';

/** The marks of a workspace with one run, whose journal `make` writes, and no ledger. */
function marksOf(make: (journal: string) => void): Promise<Set<string>> {
  const root = mkdtempSync(path.join(os.tmpdir(), 'marks-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const runs = path.join(root, 'runs');
  mkdirSync(path.join(runs, 'r'), { recursive: true });
  make(path.join(runs, 'r/journal'));
  const places = { runs, workspaceJournal: path.join(root, 'ledger') };
  const rooms = { places, tracker: { artifactDigests: () => [] }, history: { supplies: () => [] } };
  return marked(rooms as unknown as EngineRooms, new Set(), {} as never);
}

const DIGEST = 'c0de'.repeat(16);

test.each([
  ['nothing of an absent journal', null, []],
  ['every digest of a long one, wherever its pieces end', ` ${DIGEST} `.padStart((1 << 20) + 30, 'x'), [DIGEST]],
  ['the one that ends it', DIGEST, [DIGEST]],
  ['and no part of a longer word', `${DIGEST}a`.padStart((1 << 20) + 10, 'x'), []],
])('marks %s', async (_, text, digests) => {
  expect([...(await marksOf((journal) => text !== null && writeFileSync(journal, text)))]).toEqual(digests);
});

test('marks nothing at all where a journal cannot be read', async () => {
  await expect(marksOf((journal) => mkdirSync(journal))).rejects.toMatchObject({ fault: { code: 'SF5004' } });
});
