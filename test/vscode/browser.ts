import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { installPackages } from '../environment/apt';

const PLACE = '/usr/bin/chromium';
const required = Boolean(process.env.CI || process.env.SCANFLOW_REQUIRE_ALL);

/**
 * Why the tests in a browser can't run here, or null. A machine of root's gets Debian's chromium; where everything is
 * required, this throws instead.
 */
export async function missingBrowser(): Promise<string | null> {
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    // Said below where it fails: what counts is whether the program is there.
    await installPackages(['chromium', 'iproute2', 'fonts-dejavu-core'], () => existsSync(PLACE)).catch(() => {});
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
