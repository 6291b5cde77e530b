import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';
import type { RuntimeSettings } from '../../engine/runtimes';
import { findDocker } from '../../engine/runtimes/docker/connect';
import { makeBaseImages, STAND_INS } from './base-images';
import { cacheFolder } from './cache-folder';
import { startDaemon } from './daemon';
import { exclusively } from './exclusively';

/** A Docker for tests. */
export interface DockerEnvironment {
  /** As `DOCKER_HOST` says it. */
  host: string;
  docker: Docker;
  /** What the Docker runtime is made with here. */
  settings: RuntimeSettings;
  /** The same as a file for `SCANFLOW_SETTINGS`: for tests that start the `scanflow` command or the editor. */
  settingsFile: string;
}

/**
 * A Docker that works: the machine's own, else (as root on Linux) a daemon of the tests' own that is installed, started
 * and left running. Where no registry is reached, base images are made of the machine's programs, and the settings
 * remap the ordinary names to them.
 *
 * @returns the environment, or the reason why a person's machine has none: skip the test, saying it. Where everything is
 * required (`CI` or `SCANFLOW_REQUIRE_ALL=1`) it throws instead, so that the test fails.
 */
export async function ensureDocker(): Promise<DockerEnvironment | { reason: string }> {
  try {
    return await exclusively(cacheFolder('docker.lock'), makeEnvironment);
  } catch (error) {
    if (process.env.CI || process.env.SCANFLOW_REQUIRE_ALL === '1') throw error;
    return { reason: (error as Error).message };
  }
}

async function makeEnvironment(): Promise<DockerEnvironment> {
  const found = await findDocker(undefined).catch(() => null);
  const host = found?.host ?? `unix://${await startDaemon()}`;
  const docker = found?.docker ?? new Docker({ socketPath: host.slice('unix://'.length), host: undefined });
  const settings: RuntimeSettings = { dockerHost: host };
  const pulls = found !== null && (await hasOrPulls(docker, 'busybox:latest'));
  if (!pulls) {
    await makeBaseImages(docker);
    settings.images = STAND_INS;
  }
  // A proxy that ends TLS with a certificate of its own is trusted by this host through this variable.
  if (process.env.SSL_CERT_FILE) settings.caBundle = process.env.SSL_CERT_FILE;
  const settingsFile = path.join(cacheFolder('docker'), 'settings.json');
  const plain = { ...settings, images: Object.fromEntries(settings.images ?? []) };
  writeFileSync(settingsFile, `${JSON.stringify(plain, null, 2)}\n`);
  return { host, docker, settings, settingsFile };
}

async function hasOrPulls(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch {
    const pull = docker.pull(image).then(
      (stream) =>
        new Promise<boolean>((resolve) => docker.modem.followProgress(stream, (error) => resolve(error === null))),
      () => false,
    );
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 20_000).unref());
    return Promise.race([pull, late]);
  }
}
