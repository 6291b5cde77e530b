import { createHash } from 'node:crypto';
import type { Connection } from '../runtimes/docker/connection';
import { dockerFault } from '../runtimes/docker/errors';
import { removeContainer } from '../runtimes/docker/removal';
import { madeOnce } from '../runtimes/made-once';
import type { RuntimeOptions } from '../runtimes/options';
import type { Environment, ProgramSpec } from '../runtimes/runtime';
import { builtImage } from './build-image';
import { isBeingMade, makingPrefix } from './commit';
import { remapped } from './names';
import { nodeBase, nodesImage } from './nodes-image';
import { haveImage, type Watch } from './pull';
import { pythonBase, requirementsImage } from './requirements-image';
import { imageUses } from './used';

/** Makes or finds the image that a program needs. */
export interface Preparation {
  prepare(program: ProgramSpec, progress: (line: string) => void, signal: AbortSignal): Promise<Environment>;
  /**
   * Removes the containers in which a dead engine of this workspace was making an image.
   *
   * @returns what was removed, or with `dryRun` would be, for a person.
   */
  sweep(dryRun: boolean): Promise<string[]>;
}

export function createPreparation(options: RuntimeOptions, connection: () => Promise<Connection>): Preparation {
  const once = madeOnce<Environment>();
  const maker = makerOf(options.root);
  const uses = imageUses(options.root);
  return {
    async prepare(program, progress, signal) {
      const key = describe(program);
      return once(key, signal, async () => {
        const { docker } = await connection();
        try {
          const environment = await make(docker, options, maker, program, { progress, signal });
          await uses.note(program, environment);
          return environment;
        } catch (error) {
          throw dockerFault(error, key);
        }
      });
    },
    async sweep(dryRun) {
      const { docker } = await connection();
      const prefix = makingPrefix(maker);
      const all = await docker.listContainers({ all: true, filters: { name: [`^/?${prefix}`] } });
      const left = all.flatMap(({ Id, Names }) => {
        const name = Names[0]?.replace(/^\//, '') ?? '';
        return name.startsWith(prefix) && !isBeingMade(name) ? [{ Id, name }] : [];
      });
      if (!dryRun) await Promise.all(left.map(({ Id }) => removeContainer(docker, Id)));
      return left.map(({ name }) => `container ${name}, in which an image was being made`);
    },
  };
}

/** Whose the containers are in which images are being made: the workspace's that needs them. */
export function makerOf(root: string): string {
  return createHash('sha256').update(root).digest('hex').slice(0, 24);
}

async function make(
  docker: Connection['docker'],
  options: RuntimeOptions,
  maker: string,
  program: ProgramSpec,
  watch: Watch,
): Promise<Environment> {
  if (program.kind === 'builtin') return made(await nodesImage(docker, options, maker, watch), 'the built-in nodes');
  const { build, requirements } = program;
  if (build) return made(await builtImage(docker, options.settings, build, watch), build);
  if (requirements) return made(await requirementsImage(docker, options, requirements, maker, watch), requirements);
  const name = program.image
    ? remapped(program.image, options.settings.images)
    : defaultImage(program.program, options);
  const { Id } = await haveImage(docker, name, watch);
  // By its id: a tag that moves during a run moves nothing here.
  return { identity: `image:${Id}`, description: `${name} (${Id.slice(7, 19)})`, handle: { image: Id } };
}

/** For a program that says nothing of its surroundings. */
function defaultImage(program: string | undefined, options: RuntimeOptions): string {
  const node = program !== undefined && ['node', 'npm', 'npx'].includes(program);
  return node ? nodeBase(options.settings) : pythonBase(options);
}

/** What was made has the identity of what it was made of: made again after a prune, it is the same. */
function made({ tag, identity }: { tag: string; identity: string }, of: string): Environment {
  return { identity, description: `${tag}, made of ${of}`, handle: { image: tag } };
}

/** What is made for a program. Of two programs it is the same only where the image is: a program may have an image's name. */
function describe(spec: ProgramSpec): string {
  if (spec.kind === 'builtin') return 'the image for built-in nodes';
  const { build, requirements, image, program } = spec;
  if (build) return `the image of the folder ${build}`;
  if (requirements) return `the image with ${requirements}`;
  return image ? `the image ${image}` : `the image for ${program ?? 'commands'}`;
}
