import { ensureDocker } from '../environment/docker';

/** The runtimes that a scenario is tested in, each made ready; a machine without Docker says why it is skipped. */
export const runtimes = [
  { name: 'process' as const, ready: async () => null },
  {
    name: 'docker' as const,
    ready: async (): Promise<string | null> => {
      const environment = await ensureDocker();
      if ('reason' in environment) return environment.reason;
      process.env.SCANFLOW_SETTINGS = environment.settingsFile;
      return null;
    },
  },
];
