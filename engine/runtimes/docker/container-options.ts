import { mkdir, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ContainerCreateOptions } from 'dockerode';
import type { RuntimeSettings } from '../options';
import { proxyEnvironment, trustEnvironment } from '../proxy';
import { PYTHON_DEFAULTS } from '../python-defaults';
import type { AttemptSpec, Layout } from '../runtime';
import type { DaemonFacts } from './facts';
import { attemptLabels, attemptName } from './labels';

/** Where the attempt's directory is in a container. */
export const PLACE = '/scanflow';
const CERTIFICATES = '/scanflow-certificates.pem';

/** The tracker's name in the network of a run. */
export const TRACKER = 'tracker';

export function containerLayout(): Layout {
  return {
    work: `${PLACE}/work`,
    inputs: `${PLACE}/inputs`,
    outputs: `${PLACE}/outputs`,
    params: `${PLACE}/params.json`,
    progress: `${PLACE}/progress`,
    task: `${PLACE}/task.json`,
    secrets: `${PLACE}/secrets`,
    cache: `${PLACE}/cache`,
  };
}

/** How a container joins its network. */
export interface Joining {
  /** As Docker's `NetworkMode`. */
  mode: string;
  /** Hosts that it knows by name, `name:address`. */
  hosts: string[];
  /** It has an address of its own, by which others of the network find it under its node's name. */
  named: boolean;
}

/** A container for an attempt: the user's own files, no privilege, no name or path ever parsed. */
export function containerOptions(
  attempt: AttemptSpec,
  joining: Joining,
  settings: RuntimeSettings,
  facts: DaemonFacts,
): ContainerCreateOptions & { name: string } {
  const { image = '' } = attempt.environment.handle;
  const { cpus, memory, gpus } = attempt.resources;
  return {
    name: attemptName(attempt),
    Image: image,
    ...(attempt.builtin ? { Cmd: [attempt.builtin] } : {}),
    // A command stands for all that the image would start; without one the image's own program runs.
    ...(attempt.command.length > 0 ? { Entrypoint: attempt.command, Cmd: [] } : {}),
    WorkingDir: `${PLACE}/work`,
    Env: Object.entries(programEnvironment(attempt, settings)).map(([name, value]) => `${name}=${value}`),
    User: programUser(facts),
    Labels: attemptLabels(attempt),
    StopTimeout: 1,
    NetworkingConfig: joining.named
      ? { EndpointsConfig: { [joining.mode]: { Aliases: [nodeName(attempt.step)] } } }
      : undefined,
    HostConfig: {
      Mounts: [
        { Type: 'bind', Source: attempt.directory, Target: PLACE },
        { Type: 'bind', Source: attempt.cache, Target: `${PLACE}/cache` },
        ...attempt.inputs.map(({ name, source }) => readOnly(source, `${PLACE}/inputs/${name}`)),
        ...(settings.caBundle ? [readOnly(settings.caBundle, CERTIFICATES)] : []),
      ],
      NetworkMode: joining.mode,
      ExtraHosts: joining.hosts,
      // As the first process a program would ignore SIGTERM and leave its dead children.
      Init: true,
      SecurityOpt: ['no-new-privileges'],
      UsernsMode: facts.remapped ? 'host' : undefined,
      // Kept in full until the attempt is released, whatever the daemon's own settings cut: an engine that adopts it reads
      // it from there.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1p' } },
      NanoCpus: cpus === undefined ? undefined : Math.round(Math.min(cpus, facts.cpus) * 1e9),
      Memory: memory,
      MemorySwap: memory,
      DeviceRequests: gpus ? [{ Driver: '', Count: gpus, Capabilities: [['gpu']] }] : undefined,
    },
  };
}

/** `cnn` of `trainer[seed=1]/candidate/cnn[lr=0.1]@training`. */
function nodeName(step: string): string {
  const bare = step.replace(/@[^@]*$/, '').replace(/\[[^\]]*\]$/, '');
  return bare.split('/').at(-1)!;
}

/** Makes what is mounted on: Docker would make it as root. */
export async function makeMountPoints(attempt: AttemptSpec): Promise<void> {
  const at = (...names: string[]) => path.join(attempt.directory, ...names);
  await Promise.all(
    [at('runtime'), at('work'), at('outputs'), at('cache'), attempt.cache].map((folder) =>
      mkdir(folder, { recursive: true }),
    ),
  );
  await Promise.all(
    attempt.inputs.map(async ({ name, source }) => {
      const place = at('inputs', name);
      const folder = (await stat(source)).isDirectory();
      await mkdir(folder ? place : path.dirname(place), { recursive: true });
      if (!folder) await writeFile(place, '');
    }),
  );
}

function readOnly(source: string, target: string) {
  return { Type: 'bind' as const, Source: source, Target: target, ReadOnly: true };
}

function programEnvironment(attempt: AttemptSpec, settings: RuntimeSettings): Record<string, string> {
  const user = userName();
  return {
    // The user has no home and no entry in the image's passwd.
    HOME: '/tmp',
    USER: user,
    LOGNAME: user,
    ...PYTHON_DEFAULTS,
    ...proxyEnvironment(settings.proxy, [TRACKER]),
    ...(settings.caBundle ? trustEnvironment(CERTIFICATES) : {}),
    ...attempt.env,
  };
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry, as containers have it.
    return 'unknown';
  }
}

/** The user who runs the engine owns what the program writes; a rootless daemon maps root to that user. */
function programUser(facts: DaemonFacts): string | undefined {
  if (facts.rootless) return '0:0';
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined ? undefined : `${uid}:${gid}`;
}
