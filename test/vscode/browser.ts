import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACE = '/usr/bin/chromium';
const required = Boolean(process.env.CI || process.env.SCANFLOW_REQUIRE_ALL);

/**
 * Why the tests in a browser can't run here, or null. A machine of root's gets Debian's chromium; where everything is
 * required, this throws instead.
 */
export function missingBrowser(): string | null {
  if (!existsSync(PLACE) && process.getuid?.() === 0 && process.platform === 'linux') {
    try {
      execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      const packages = ['chromium', 'iproute2', 'fonts-dejavu-core'];
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'ignore' });
    } catch {
      // Said below: what counts is whether the program is there.
    }
  }
  if (existsSync(PLACE)) return null;
  const reason = 'chromium is not installed at /usr/bin/chromium';
  if (required) throw new Error(reason);
  return reason;
}

/** Debian's chromium, driven over a pipe. `command` starts it in another network. */
export function launchBrowser(command = PLACE): Promise<Browser> {
  return chromium.launch({
    executablePath: command,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--font-render-hinting=none',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}
