import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from './cache-folder';
import { exclusively } from './exclusively';
import { run } from './run';

/**
 * MLflow's Java client and what it needs, by Maven, kept outside the clone.
 *
 * @param pom That names it.
 * @returns the class path. @throws where this machine has no JDK (17 or newer) or no Maven.
 */
export async function ensureJavaClient(pom: string): Promise<string> {
  const folder = cacheFolder('mlflow-java-client');
  return exclusively(`${folder}.lock`, async () => {
    const complete = path.join(folder, 'complete');
    if (!existsSync(complete)) {
      rmSync(folder, { recursive: true, force: true });
      await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
      writeFileSync(complete, '');
    }
    return path.join(folder, '*');
  });
}
