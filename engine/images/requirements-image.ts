import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import type { Container } from 'dockerode';
import { LABEL } from '../runtimes/docker/labels';
import { runtimeFault } from '../runtimes/faults';
import type { RuntimeOptions } from '../runtimes/options';
import { proxyEnvironment, trustEnvironment } from '../runtimes/proxy';
import { readRequirements, requirementsHash } from '../runtimes/requirements';
import { commitImage } from './commit';
import { remapped } from './names';
import { findImage, haveImage, type Watch } from './pull';
import { tarOf } from './tar';

const BASE = 'python:3.12-slim';
const PLACE = 'opt/scanflow/requirements';
const CERTIFICATES = '/scanflow-certificates.pem';

const WAIT = ['python3', '-c', 'import time; time.sleep(86400)'];

/** The image that programs without any of `image`, `build`, `requirements` run in, and that requirements are put on. */
export function pythonBase(options: RuntimeOptions): string {
  return remapped(options.settings.pythonBase ?? BASE, options.settings.images);
}

/** The Python base with a requirements file installed; its tag is the hash of both. */
export async function requirementsImage(
  docker: Docker,
  options: RuntimeOptions,
  file: string,
  maker: string,
  watch: Watch,
): Promise<{ tag: string; identity: string }> {
  const { settings } = options;
  const requirements = await readRequirements(file);
  const base = await haveImage(docker, pythonBase(options), watch);
  const hash = createHash('sha256')
    .update(`${requirementsHash(requirements)}\0${base.Id}`)
    .digest('hex');
  const tag = `scanflow/requirements:${hash.slice(0, 20)}`;
  const identity = `requirements:${hash}`;
  if (await findImage(docker, tag)) return { tag, identity };
  const { Entrypoint, Cmd } = base.Config;
  const trust = settings.caBundle;
  await commitImage(
    docker,
    {
      tag,
      maker,
      options: {
        Image: base.Id,
        // It only waits for what is executed in it. Of the two only what the base has itself can be set back.
        ...(Entrypoint ? { Entrypoint: WAIT, Cmd: [] } : { Cmd: WAIT }),
        HostConfig: {
          Init: true,
          Mounts: trust ? [{ Type: 'bind', Source: trust, Target: CERTIFICATES, ReadOnly: true }] : [],
        },
      },
      changes: [
        ...(Entrypoint ? [`ENTRYPOINT ${JSON.stringify(Entrypoint)}`] : []),
        `CMD ${JSON.stringify(Cmd ?? ['python3'])}`,
        `LABEL ${LABEL.image}=requirements`,
      ],
      async change(container) {
        const files = [...requirements].map(([name, content]) => ({ name: `${PLACE}/${name}`, content }));
        await container.putArchive(tarOf(files), { path: '/' });
        await container.start();
        const pip = ['python3', '-m', 'pip', 'install', '--no-cache-dir', '--disable-pip-version-check', '--no-input'];
        const [first = ''] = requirements.keys();
        const env = { ...proxyEnvironment(settings.proxy, []), ...(trust ? trustEnvironment(CERTIFICATES) : {}) };
        watch.progress(`installing ${first} on ${pythonBase(options)}`);
        await execute(docker, container, [...pip, '--root-user-action=ignore', '-r', `/${PLACE}/${first}`], env, watch);
      },
    },
    watch,
  );
  return { tag, identity };
}

async function execute(
  docker: Docker,
  container: Container,
  command: string[],
  env: Record<string, string>,
  watch: Watch,
): Promise<void> {
  const exec = await container.exec({
    Cmd: command,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    User: '0:0',
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({});
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  stream.once('close', () => output.end());
  const last: string[] = [];
  for await (const line of createInterface({ input: output })) {
    watch.progress(line);
    last.push(line);
    if (last.length > 20) last.shift();
  }
  const { ExitCode } = await exec.inspect();
  if (ExitCode === 0) return;
  const errors = last.filter((line) => /error/i.test(line));
  const words = (errors.length > 0 ? errors : last).join('\n');
  throw runtimeFault(/no space left/i.test(words) ? 'noDisk' : 'requirementsFailed', `pip (${ExitCode}): ${words}`);
}
