import path from 'node:path';
import type { StepProgram } from '../plan';
import type { ProgramSpec } from '../runtimes';

/**
 * What a program needs of its surroundings, with paths made absolute.
 *
 * @param folder of the workflow's file.
 */
export function programSpec(folder: string, program: StepProgram): ProgramSpec {
  if (program.kind === 'builtin') return { kind: 'builtin', name: program.name };
  if (program.kind === 'none') throw new Error('A step that executes has a program.');
  const absolute = (written: string | undefined) => (written === undefined ? undefined : path.resolve(folder, written));
  return {
    kind: 'command',
    image: program.image,
    build: absolute(program.build),
    requirements: absolute(program.requirements),
    program: program.command[0],
  };
}
