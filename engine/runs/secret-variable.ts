/** The variable of the engine's environment that holds a secret: `token` -> `SCANFLOW_SECRET_TOKEN`. */
export const secretVariable = (name: string): string => `${PREFIX}${name.toUpperCase().replace(/\W/g, '_')}`;

const PREFIX = 'SCANFLOW_SECRET_';

/** Names of the secrets that an environment holds, as their variables spell them. */
export const secretsIn = (environment: NodeJS.ProcessEnv): string[] =>
  Object.keys(environment)
    .filter((variable) => variable.startsWith(PREFIX))
    .map((variable) => variable.slice(PREFIX.length))
    .sort();
