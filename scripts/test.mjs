/**
 * `npm test`: sets everything up, checks the source, runs every test. `npm test -- graph` runs the tests of one folder.
 * With CI or SCANFLOW_REQUIRE_ALL set, a test that cannot have what it needs (Docker, Python) fails instead of being skipped.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, install, root, run } from './setup.mjs';

install();
build();
const filters = process.argv.slice(2);
let passed = 0;
let failed = 0;

if (filters.length === 0) {
  const check = run('node', ['scripts/check.mjs'], { mayFail: true });
  if (check.status === 0) passed++;
  else failed++;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'scanflow-test-'));
const report = path.join(folder, 'report.json');
run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters], {
  mayFail: true,
  cwd: root,
});
try {
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that breaks before its first test counts as one failure.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  passed += numPassedTests;
  failed += numFailedTests + broken.length;
  if (failed === 0 && numFailedTestSuites > 0) failed = numFailedTestSuites;
  if (numPendingTests > 0) console.log(`${numPendingTests} skipped: their reasons are above`);
} catch {
  failed++;
}
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
