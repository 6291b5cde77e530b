import type { Range } from '../problem';
import type { Located, Value } from '../workflow';
import type { FormatName } from './formats';

/**
 * What may stand at a place of a workflow's text, as data. One tree of shapes (definition/document.ts) drives the checks,
 * the JSON Schema, completion and hovers.
 */
export type Shape =
  | TextShape
  | NumberShape
  | BooleanShape
  | ChoiceShape
  | ValueShape
  | ListShape
  | MapShape
  | ObjectShape
  | EitherShape;

/** A scalar, as it is written: `3.10` stays `3.10`. */
export interface TextShape {
  kind: 'text';
  format: FormatName;
}

export interface NumberShape {
  kind: 'number';
  integer: boolean;
  minimum?: number;
  maximum?: number;
  /** The number is greater than this. */
  above?: number;
}

export interface BooleanShape {
  kind: 'boolean';
}

export interface ChoiceShape<C extends string = string> {
  kind: 'choice';
  values: readonly C[];
}

/** Any value of YAML. */
export interface ValueShape {
  kind: 'value';
}

export interface ListShape<S extends Shape = Shape> {
  kind: 'list';
  of: S;
  /** No value twice. */
  unique: boolean;
  /** How many there are at least. */
  least: number;
}

/** Names chosen by the user, each with the same shape. */
export interface MapShape<S extends Shape = Shape> {
  kind: 'map';
  of: S;
  keys: FormatName;
}

export interface ObjectShape<F extends Fields = Fields> {
  kind: 'object';
  /** What it is called in messages and in the JSON Schema: `node`, `executor`. */
  name: string;
  description: string;
  fields: F;
}

/** A short form of one value, or the long form with all keys. */
export interface EitherShape<A extends Shape = Shape, B extends Shape = Shape> {
  kind: 'either';
  short: A;
  long: B;
}

export type Fields = { [key: string]: Field };

export interface Field<S extends Shape = Shape, D extends Value | undefined = Value | undefined> {
  shape: S;
  /** One or two sentences, for hovers and the schema. */
  description: string;
  required: boolean;
  /** What it is when it is not given. Undefined: nothing. */
  default: D;
  /** Written like this, for completion and the docs. */
  example?: string;
}

/** A checked value: where its entry and its key stand (`range`, `nameRange`), and where it stands itself (`at`). */
export interface At<T> extends Located {
  value: T;
  at: Range;
  /** Offsets of the value itself. */
  start: number;
  end: number;
}

/** An object, with the keys that were given, right or wrong. */
export interface AtObject<T> extends At<T> {
  given: ReadonlySet<string>;
  /** Those of them whose value was wrong. */
  wrong: ReadonlySet<string>;
  /** It has keys that no such object has: what is missing may be what was misspelt. */
  strange: boolean;
}

/** A list with those of its items that are right. */
export interface AtList<T> extends At<T[]> {
  /** All of its items are right. */
  complete: boolean;
}

/** What a shape gives when its text is right. What is wrong or missing in an object is undefined. */
export type Checked<S> = S extends TextShape
  ? At<string>
  : S extends NumberShape
    ? At<number>
    : S extends BooleanShape
      ? At<boolean>
      : S extends ChoiceShape<infer C>
        ? At<C>
        : S extends ValueShape
          ? At<Value>
          : S extends ListShape<infer E>
            ? AtList<Checked<E>>
            : S extends MapShape<infer E>
              ? At<Entries<Checked<E>>>
              : S extends ObjectShape<infer F>
                ? AtObject<CheckedFields<F>>
                : S extends EitherShape<infer A, infer B>
                  ? At<{ short: Checked<A>; long?: undefined } | { long: Checked<B>; short?: undefined }>
                  : never;

export type CheckedFields<F> = {
  [K in keyof F]: F[K] extends Field<infer S, infer D>
    ? undefined extends D
      ? Checked<S> | undefined
      : Checked<S>
    : never;
};

/** The entries of a map, in the order of the file. */
export interface Entries<T> {
  entries: Map<string, T>;
  /** Names that are there, but whose value was wrong: they are known, so that nobody calls them unknown. */
  refused: Map<string, Range>;
  /** False where an entry may be there whose name could not be read. */
  complete: boolean;
}

export const text = (format: FormatName = 'text'): TextShape => ({ kind: 'text', format });
export const number = (bounds: Partial<NumberShape> = {}): NumberShape => ({
  kind: 'number',
  integer: false,
  ...bounds,
});
export const integer = (bounds: Partial<NumberShape> = {}): NumberShape => ({
  kind: 'number',
  ...bounds,
  integer: true,
});
export const boolean: BooleanShape = { kind: 'boolean' };
export const value: ValueShape = { kind: 'value' };
export const choice = <C extends string>(...values: C[]): ChoiceShape<C> => ({ kind: 'choice', values });

export function list<S extends Shape>(of: S, options: { unique?: boolean; least?: number } = {}): ListShape<S> {
  return { kind: 'list', of, unique: options.unique ?? false, least: options.least ?? 0 };
}

export const map = <S extends Shape>(of: S, keys: FormatName = 'name'): MapShape<S> => ({ kind: 'map', of, keys });

export function object<F extends Fields>(name: string, description: string, fields: F): ObjectShape<F> {
  return { kind: 'object', name, description, fields };
}

export const either = <A extends Shape, B extends Shape>(short: A, long: B): EitherShape<A, B> => ({
  kind: 'either',
  short,
  long,
});

/** A key that may be left out. */
export function optional<S extends Shape>(shape: S, description: string, example?: string): Field<S, undefined> {
  return { shape, description, required: false, default: undefined, example };
}

/** A key that must be there. */
export function required<S extends Shape>(shape: S, description: string, example?: string): Field<S, undefined> {
  return { shape, description, required: true, default: undefined, example };
}

/** A key that has a value even where it is left out. Only for texts, numbers, booleans and choices. */
export function defaulted<S extends Shape>(
  shape: S,
  initial: string | number | boolean,
  description: string,
): Field<S, string | number | boolean> {
  return { shape, description, required: false, default: initial };
}
