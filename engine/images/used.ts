import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment, ProgramSpec } from '../runtimes/runtime';
import { temporaryName } from '../store/disk';

/** That a program of this workspace was given an image: one small file each, in `<root>/images/`. */
export interface ImageUse {
  /** As the runtime starts it: a tag of ours, or an image's id. */
  image: string;
  identity: string;
  description: string;
  /** What it was for: `built-in nodes`, an image's name, a folder with a Dockerfile, a requirements file. */
  of: string;
  lastUsed: string;
}

/** How stale `lastUsed` may be: a run of many steps does not write for each. Milliseconds. */
const STEP = 3600 * 1000;

/** Remembers uses; forgetting one harms nobody, so nothing is flushed. */
export function imageUses(root: string): {
  note(program: ProgramSpec, environment: Environment): Promise<void>;
  all(): Promise<ImageUse[]>;
} {
  const folder = path.join(root, 'images');
  const noted = new Map<string, number>();
  return {
    async note(program, { identity, description, handle }) {
      const of = describe(program);
      const name = createHash('sha256').update(`${of}\0${identity}`).digest('hex').slice(0, 24);
      if (Date.now() - (noted.get(name) ?? 0) < STEP) return;
      noted.set(name, Date.now());
      const use: ImageUse = {
        image: handle.image ?? '',
        identity,
        description,
        of,
        lastUsed: new Date().toISOString(),
      };
      await mkdir(folder, { recursive: true });
      const file = path.join(folder, `${name}.json`);
      const draft = temporaryName(file);
      await writeFile(draft, `${JSON.stringify(use)}\n`);
      await rename(draft, file);
    },
    async all() {
      const names = await readdir(folder).catch(() => [] as string[]);
      const texts = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readFile(path.join(folder, name), 'utf8')),
      );
      return texts.flatMap(read);
    },
  };
}

function read(text: string): ImageUse[] {
  try {
    const use = JSON.parse(text) as ImageUse;
    return typeof use.image === 'string' && typeof use.of === 'string' ? [use] : [];
  } catch {
    return []; // half-written by an engine that died
  }
}

function describe(program: ProgramSpec): string {
  if (program.kind === 'builtin') return 'built-in nodes';
  return program.image ?? program.build ?? program.requirements ?? program.program ?? 'commands';
}
