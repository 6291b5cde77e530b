/** An engine that starts one attempt and is then killed by the conformance suite. `node this.js JSON`. */
import { createDockerRuntime } from './docker/docker-runtime';
import type { RuntimeOptions } from './options';
import { createProcessRuntime } from './process/process-runtime';
import type { AttemptSpec } from './runtime';

interface Order {
  runtime: 'process' | 'docker';
  options: RuntimeOptions & { images: [string, string][] };
  attempt: AttemptSpec;
}

const { runtime: name, options, attempt }: Order = JSON.parse(process.argv[2] ?? '');
options.settings.images = new Map(options.images);
async function main(): Promise<void> {
  const runtime = name === 'docker' ? createDockerRuntime(options) : createProcessRuntime(options);
  await runtime.openRun(attempt);
  await runtime.start(attempt);
  process.stdout.write('started\n');
  await runtime.wait(attempt);
}

void main();
