import path from 'node:path';
import type { StepProgram } from '../plan';
import type { ProgramSpec } from '../runtimes';
import { insideWorkspace, type Places, realOf } from '../workspace/places';

/**
 * What a program needs of its surroundings, with paths made absolute. What is missing the runtime says, where it needs it.
 *
 * @param folder of the workflow's file.
 * @throws SF3022 for a `build` or `requirements` outside the workspace, links followed, or in a store.
 */
export function programSpec(places: Places, folder: string, program: StepProgram): ProgramSpec {
  if (program.kind === 'builtin') return { kind: 'builtin', name: program.name };
  if (program.kind === 'none') throw new Error('A step that executes has a program.');
  const absolute = (what: string, written: string | undefined) => {
    if (written === undefined) return undefined;
    const place = path.resolve(folder, written);
    if (realOf(place) !== null) insideWorkspace(places, folder, written, what);
    return place;
  };
  return {
    kind: 'command',
    image: program.image,
    build: absolute('Build folder', program.build),
    requirements: absolute('Requirements file', program.requirements),
    program: program.command[0],
  };
}
