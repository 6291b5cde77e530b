const PREFIX = 'SCANFLOW_SECRET_';

/** A secret's name as its variable spells it, and as the engine answers it: `api-token` -> `API_TOKEN`. */
export const secretName = (name: string): string => name.toUpperCase().replace(/\W/g, '_');

/** The variable of the engine's environment that holds a secret: `token` -> `SCANFLOW_SECRET_TOKEN`. */
export const secretVariable = (name: string): string => PREFIX + secretName(name);

/** Names of the secrets that an environment holds, as their variables spell them. */
export const secretsOf = (environment: Record<string, string | undefined>): string[] =>
  Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX))
    .map((variable) => variable.slice(PREFIX.length))
    .sort();
