import { refuse } from './refusal';

/** The limits of MLflow's REST API: what a client may name and how long it may be. */
export const LIMITS = {
  key: 250,
  paramValue: 6000,
  tagValue: 8000,
  experimentTag: 20_000,
  experimentName: 500,
  metricsABatch: 1000,
  paramsABatch: 100,
  tagsABatch: 100,
  entitiesABatch: 1000,
} as const;

/** Letters and digits of any script, as with MLflow's own server. */
const KEY = /^[/\p{L}\p{N}_.\- :]+$/u;
const EXPERIMENT_ID = /^[a-zA-Z0-9][\w-]{0,63}$/;

/** The key of a metric, parameter or tag. Clients put some of them into paths: none may leave its folder. */
export function assertKey(what: string, key: string): void {
  if (isLonger(key, LIMITS.key)) throw tooLong(`${what} name`, key, LIMITS.key);
  const relative = key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!KEY.test(key) || !relative) {
    throw refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid ${what} name: ${quote(key)}. Names may only contain alphanumerics, underscores (_), dashes (-), ` +
        'periods (.), spaces ( ), colons (:) and slashes (/), and no empty, `.` or `..` part.',
    );
  }
}

export function assertLength(what: string, value: string, most: number): void {
  if (isLonger(value, most)) throw tooLong(what, value, most);
}

/** The limits count code points, as MLflow does: what lies beyond the 16 bits of JavaScript's characters is one, too. */
function isLonger(text: string, most: number): boolean {
  return text.length > most && codePoints(text, most + 1).length > most;
}

/** At most so many code points: a cut inside of one would leave half of it. */
export function shortened(text: string, most: number): string {
  return text.length > most ? codePoints(text, most).join('') : text;
}

/** The first ones; not all of a text that may be huge is taken apart. */
function codePoints(text: string, count: number): string[] {
  return [...text.slice(0, 2 * count)].slice(0, count);
}

export function assertExperimentId(id: string): void {
  if (!EXPERIMENT_ID.test(id)) throw refuse('INVALID_PARAMETER_VALUE', `Invalid experiment ID: ${quote(id)}`);
}

/** A client's text in a message: short, and on one line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}

function tooLong(what: string, value: string, most: number) {
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `${what} ${quote(value)} had length ${value.length}, which exceeded length limit of ${most}`,
  );
}
