import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseWorkflow, resolveParameters } from '../../graph';
import { plan } from '../plan';
import type { BuiltEnvironment } from '../protocol';
import type { RuntimeChoice } from '../runs/active-runs';
import { programSpec } from '../runs/program-spec';
import type { EngineRooms } from '../runs/run-context';
import { effectiveOf } from '../runs/start-run';
import { revisionsInEffect } from '../workspace/ledger';
import { insideWorkspace } from '../workspace/places';
import type { Handlers } from './handlers';

/** Requests of the Setup stage (paper, 3.1): environments are made here; a run makes only what is missing. */
export function setupRequests(rooms: EngineRooms, choose: RuntimeChoice): Pick<Handlers, 'build'> {
  return {
    build: async ({ file, runtime: name = 'auto' }) => {
      const absolute = insideWorkspace(rooms.places, rooms.places.root, file, 'Workflow');
      const text = await readFile(absolute, 'utf8');
      const relative = path.relative(rooms.places.root, absolute).replaceAll(path.sep, '/');
      const revisions = revisionsInEffect(rooms.ledger.state, relative).map(({ revision }) => revision);
      const effective = effectiveOf(text, { file: relative, revisions });
      const { values } = resolveParameters(parseWorkflow(text).workflow, {});
      const { steps } = plan({ effective, parameters: values, phases: [], to: [], only: [] });
      const runtime = await choose(name);
      const built = new Map<string, BuiltEnvironment>();
      for (const { program } of steps) {
        if (program.kind === 'none') continue;
        const label = program.kind === 'builtin' ? program.name : program.executor;
        const spec = programSpec(rooms.places, path.dirname(absolute), program);
        const { identity, description } = await runtime.prepare(spec, () => {}, AbortSignal.timeout(3_600_000));
        const known = built.get(identity) ?? { programs: [], description, identity };
        if (!known.programs.includes(label)) known.programs.push(label);
        built.set(identity, known);
      }
      return [...built.values()];
    },
  };
}
