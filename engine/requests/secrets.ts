import { secretsOf, secretVariable } from '../protocol';
import type { Handlers } from './handlers';

/** Secrets from a client's own store: they live in the engine's environment, like those that it was started with. */
export function secretRequests(environment: NodeJS.ProcessEnv): Pick<Handlers, 'secrets'> {
  return {
    secrets: async ({ set }) => {
      for (const [name, value] of Object.entries(set)) {
        if (value === '') delete environment[secretVariable(name)];
        else environment[secretVariable(name)] = String(value);
      }
      return { names: secretsOf(environment) };
    },
  };
}
