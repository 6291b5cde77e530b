import { createPreparation } from '../../images/prepare';
import type { RuntimeOptions } from '../options';
import type { AttemptSpec, Exit, Limit, RunScope, Runtime } from '../runtime';
import { lazyConnection } from './connection';
import { awaitContainer, refuseUnstarted, toExit, whenAnswered } from './container-end';
import { startContainer, stopContainer } from './container-life';
import { containerLayout } from './container-options';
import { dockerFault, statusOf } from './errors';
import { Footprint } from './footprint';
import { attemptName, runLabels } from './labels';
import { hadLog, type LogCopy } from './log-copy';
import { Output } from './output';
import { removeContainer, removeLabelled, runsPresent } from './removal';
import { openRunPlace, type RunPlace } from './run-place';

/**
 * Nodes as containers, through the Docker API alone (Podman's is the same). All that is made carries labels and a name
 * that follows from its identity, so that another engine finds it again and nothing foreign is ever touched.
 */
export function createDockerRuntime(options: RuntimeOptions): Runtime {
  const connection = lazyConnection(options.settings.dockerHost);
  const preparation = createPreparation(options, connection);
  const places = new Map<string, Promise<RunPlace>>();
  const logs = new Map<string, LogCopy>();
  /** Directories of the attempts that we asked to stop. */
  const stopped = new Set<string>();
  const removals = new Map<string, Set<Promise<void>>>();
  let unenforced: readonly Limit[] = [];

  const key = ({ workspace, run }: RunScope) => `${workspace}/${run}`;
  const what = (attempt: AttemptSpec) => `${attempt.step}, attempt ${attempt.number}`;

  async function placeOf(scope: RunScope): Promise<RunPlace> {
    const { docker, facts } = await connection();
    const place = places.get(key(scope)) ?? openRunPlace(docker, scope, facts);
    places.set(key(scope), place);
    return place.catch((error) => {
      places.delete(key(scope));
      throw dockerFault(error, `run ${scope.run}`);
    });
  }

  return {
    name: 'docker',
    get limits() {
      return unenforced.map((limit) => `this Docker does not enforce limits of ${limit}`);
    },
    get unenforced() {
      return unenforced;
    },
    layout: containerLayout,
    prepare: preparation.prepare,

    async check() {
      unenforced = (await connection()).facts.unenforced;
    },

    async openRun(scope) {
      return (await placeOf(scope)).open;
    },

    async closeRun(scope) {
      const { docker } = await connection();
      await Promise.all(removals.get(key(scope)) ?? []);
      removals.delete(key(scope));
      places.delete(key(scope));
      try {
        await whenAnswered(docker, `run ${scope.run}`, () => removeLabelled(docker, runLabels(scope)));
      } catch (error) {
        throw dockerFault(error, `run ${scope.run}`);
      }
    },

    async start(attempt) {
      const { docker, facts } = await connection();
      const place = await placeOf(attempt);
      try {
        const log = await whenAnswered(docker, what(attempt), () =>
          startContainer(docker, attempt, place, options.settings, facts),
        );
        if (log) logs.set(attempt.directory, log);
      } catch (error) {
        throw dockerFault(error, what(attempt));
      }
    },

    async wait(attempt): Promise<Exit> {
      const { docker } = await connection();
      const container = docker.getContainer(attemptName(attempt));
      const footprint = new Footprint();
      const output = new Output(container, attempt.directory, logs.get(attempt.directory) ?? null);
      await output.keep();
      const { info, cut } = await awaitContainer(
        docker,
        container,
        what(attempt),
        () => stopped.has(attempt.directory),
        async () => {
          await footprint.look(container);
          await output.keep();
        },
      );
      await output.finish(cut);
      await refuseUnstarted(attempt, info.State.ExitCode);
      return toExit(info, footprint);
    },

    async stop(attempt, grace) {
      const { docker } = await connection();
      stopped.add(attempt.directory);
      const container = docker.getContainer(attemptName(attempt));
      try {
        await whenAnswered(docker, what(attempt), () => stopContainer(container, grace));
      } catch (error) {
        throw dockerFault(error, what(attempt));
      }
    },

    async inspect(attempt) {
      const { docker } = await connection();
      try {
        const { State } = await docker.getContainer(attemptName(attempt)).inspect();
        if (State.Status === 'created') return 'absent';
        if (State.Dead) return 'lost';
        return State.Running || State.Restarting ? 'running' : 'exited';
      } catch (error) {
        // Its container was there, and somebody took it away.
        if (statusOf(error) === 404) return (await hadLog(attempt.directory)) ? 'lost' : 'absent';
        throw dockerFault(error, what(attempt));
      }
    },

    // They are mounted read-only, for root as well.
    changedInputs: async () => [],

    async release(attempt) {
      const { docker } = await connection();
      logs.delete(attempt.directory);
      stopped.delete(attempt.directory);
      const pending = removals.get(key(attempt)) ?? new Set();
      removals.set(key(attempt), pending);
      // In the background: closing the run waits for it, and removes what this could not.
      const removal: Promise<void> = removeContainer(docker, attemptName(attempt))
        .catch(() => {})
        .finally(() => pending.delete(removal));
      pending.add(removal);
    },

    async sweep(workspace, { goesOn, dryRun = false }) {
      const { docker } = await connection();
      try {
        const left = await preparation.sweep(dryRun);
        for (const [run, things] of await runsPresent(docker, workspace)) {
          if (await goesOn(run)) continue;
          if (!dryRun) await removeLabelled(docker, runLabels({ workspace, run }));
          left.push(...things);
        }
        return left;
      } catch (error) {
        throw dockerFault(error, 'looking for what dead runs left');
      }
    },
  };
}
