import type { Code } from '../codes';
import { DURATION, MEMORY, mendDuration, mendMemory, seconds } from '../language/amounts';

export interface Format {
  /** Of the whole text; for the JSON Schema too. */
  pattern?: string;
  /** Completes "x is not ...": what a text of this format is. */
  means: string;
  /** Completes "Write ..." better than `means` does. */
  instead?: string;
  code: Code;
  /** Why a text that matches the pattern is still wrong. */
  objection?(written: string): string | undefined;
  /** What was probably meant. */
  mend?(written: string): string | undefined;
  /** The part that reads it says what is wrong, more precisely than a pattern could. */
  readElsewhere?: true;
}

const NAME = '[A-Za-z_][A-Za-z0-9_-]{0,62}';

/** Kinds of text. All patterns are linear: a hostile file can't make one of them slow. */
export const formats = {
  text: { means: 'a text', code: 'SF1015' },
  name: {
    pattern: `^${NAME}$`,
    means: 'a name: at most 63 letters, digits, "_" and "-", and no digit or "-" at the beginning',
    instead: 'another name',
    code: 'SF1015',
    objection: (written) =>
      written in Object.prototype ? 'every object of JavaScript has something of that name' : undefined,
    mend: mendName,
  },
  /** A name in a list of names: it has its own rules about what it may name. */
  endpoint: {
    pattern: `^${NAME}(\\.${NAME})?$`,
    means: 'a node ("model") or a port ("model.data")',
    code: 'SF1015',
  },
  port: { pattern: `^${NAME}\\.${NAME}$`, means: 'a port ("model.data")', code: 'SF1015' },
  sourceName: { pattern: `^sources\\.${NAME}$`, means: 'a source ("sources.test")', code: 'SF1015' },
  metricName: {
    pattern: `^${NAME}\\.[^\\s]{1,250}$`,
    means: 'a metric: "<node>.<metric>", "system.duration" or "system.memory"',
    code: 'SF1015',
    objection: (written) =>
      written.startsWith('metrics.')
        ? 'here a metric has no prefix "metrics."'
        : written.startsWith('system.') && written !== 'system.duration' && written !== 'system.memory'
          ? 'the system measures "system.duration" and "system.memory" only'
          : undefined,
    mend: (written) => (written.startsWith('metrics.') ? written.slice('metrics.'.length) : undefined),
  },
  loggedName: {
    pattern: '^[^\\s]{1,250}$',
    means: 'the name of a metric as its node logs it ("accuracy")',
    code: 'SF1015',
  },
  builtin: {
    pattern: '^[a-z0-9-]{1,63}/[a-z0-9-]{1,63}$',
    means: 'a built-in node ("scanflow/evaluator")',
    code: 'SF2005',
  },
  variable: {
    pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
    means: 'the name of an environment variable',
    code: 'SF1015',
  },
  path: {
    pattern: '^[^\\u0000-\\u001f\\\\]{1,1024}$',
    means: 'a path with "/" between its parts',
    instead: 'a path relative to this file ("data/train.npz")',
    code: 'SF1023',
    objection: outside,
    mend: mendPath,
  },
  outputPath: {
    pattern: '^[^\\u0000-\\u001f\\\\]{1,1024}$',
    means: 'a path with "/" between its parts',
    instead: 'a path below the folder of the outputs ("model.pkl")',
    code: 'SF1023',
    objection: (written) =>
      outside(written) ??
      (written.split('/').includes('..') ? 'it leaves the folder of the outputs' : undefined) ??
      (/^\.?\/*$/.test(written) ? 'it names the folder of the outputs itself' : undefined),
    mend: mendPath,
  },
  image: {
    pattern: '^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}$',
    means: 'the name of an image ("python:3.12-slim")',
    code: 'SF1015',
  },
  duration: {
    pattern: DURATION,
    means: 'a duration ("90s", "5m", "1h", "2d")',
    code: 'SF1015',
    objection: (written) => (seconds(written) > 0 ? undefined : 'a duration is longer than nothing'),
    mend: mendDuration,
  },
  memory: { pattern: MEMORY, means: 'a size ("512m", "2g")', code: 'SF1015', mend: mendMemory },
  axisValue: {
    pattern: '^[^\\u0000-\\u001f,\\[\\]@]{1,200}$',
    means: 'a value that a version can be named by: without ",", "[", "]" and "@"',
    code: 'SF1015',
    objection: (written) => (written.includes('$(') ? 'the values of a matrix are written out' : undefined),
  },
  edge: { means: 'an edge ("a.out -> b.in [label]")', code: 'SF1021', readElsewhere: true },
  condition: { means: 'a condition ("metrics.drift.p_value < 0.05")', code: 'SF1022', readElsewhere: true },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

export const formatOf = (name: FormatName): Format => formats[name];

/** Why a path is not one inside the workspace. `..` can be: only the engine knows where the workspace ends. */
function outside(written: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(written)) return 'it is an address, and only files can be named here';
  if (/^([/~]|[A-Za-z]:)/.test(written)) return 'it is absolute, and only files of the workspace can be used';
  return undefined;
}

function mendPath(written: string): string | undefined {
  return /^[A-Za-z]:|^[\\/~]/.test(written) || !written.includes('\\') ? undefined : written.replaceAll('\\', '/');
}

function mendName(written: string): string | undefined {
  const name = written
    .slice(0, 200)
    .trim()
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[0-9-]+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? undefined : name;
}
