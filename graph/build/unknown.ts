import type { Code } from '../codes';
import type { Problem, Range } from '../problem';
import { closest, didYouMean } from '../suggest';
import { type BuildContext, holdsJust, type KnownUnknowns } from './context';

/** Something that is wrong, and may show at several places. */
interface Mistake {
  /** What it is: two places with the same key are one mistake. */
  key: string;
  /** Another key of it. */
  also?: string;
  code: Code;
  range: Range;
  message: string;
  remedy: string;
  fix?: Problem['fix'];
}

/** A name that nothing has. */
interface Unknown extends Mistake {
  written: string;
  /** Names that it could have been. */
  candidates: () => Iterable<string>;
}

const MAX_SUGGESTIONS = 100;
const MAX_PLACES = 20;

export const noUnknowns = (): KnownUnknowns => ({ places: new Map(), suggestions: MAX_SUGGESTIONS });

/** Reports a mistake at the first of its places; the others are added to it. */
export function reportOnce(
  { unknowns, report }: BuildContext,
  { key, also = key, code, range, message, remedy, fix }: Mistake,
): void {
  const known = unknowns.places.get(key) ?? unknowns.places.get(also);
  if (known) {
    unknowns.places.set(key, known).set(also, known);
    if (known.length < MAX_PLACES) known.push({ message: 'Used here, too.', range });
    return;
  }
  const related: NonNullable<Problem['related']> = [];
  unknowns.places.set(key, related).set(also, related);
  report.add(code, range, message, remedy, { related, fix });
}

/** Reports a name that nothing has, with the name that was probably meant; once, with its other places. */
export function reportUnknown(context: BuildContext, unknown: Unknown): void {
  const { key, range, written, candidates, remedy } = unknown;
  const { unknowns } = context;
  const suggest = !unknowns.places.has(key) && unknowns.suggestions-- > 0;
  const suggestion = suggest ? closest(written, candidates()) : undefined;
  const fix = suggestion !== undefined && holdsJust(context, range, written) ? { range, text: suggestion } : undefined;
  reportOnce(context, { ...unknown, remedy: didYouMean(suggestion, remedy), fix });
}

/** A node that nothing declares; nothing is said where it was declared, but could not be read. */
export function reportUnknownNode(context: BuildContext, name: string, range: Range): void {
  const { workflow, refused } = context;
  if (refused.nodes.has(name) || refused.parts.has('nodes')) return;
  const candidates = () => [...workflow.nodes.keys(), ...refused.nodes];
  const message = `There is no node "${name}".`;
  const remedy = 'Declare it below "nodes".';
  reportUnknown(context, { key: `node:${name}`, code: 'SF2001', range, message, written: name, candidates, remedy });
}

/** A source that nothing declares. @param prefix what stands before the name at this place. */
export function reportUnknownSource(context: BuildContext, name: string, range: Range, prefix = ''): void {
  const { workflow, refused } = context;
  if (refused.sources.has(name) || refused.parts.has('sources')) return;
  const candidates = () => [...workflow.sources.keys(), ...refused.sources].map((source) => prefix + source);
  const message = `There is no source "${name}".`;
  const remedy = 'Declare it below "sources".';
  const written = prefix + name;
  reportUnknown(context, { key: `source:${name}`, code: 'SF2003', range, message, written, candidates, remedy });
}
