import type { Edge } from '../../../graph';
import { type EdgeSoFar, fromOffers, phaseOffers, toOffers, within } from './endpoints';
import { CompletionItemKind, type CompletionRequest, type Offer } from './request';

/** Offers with the part of the text that they replace. Offsets. */
export interface Replacing {
  start: number;
  end: number;
  offers: Offer[];
}

/** The shorthand of an edge at the cursor: `from -> to [label]`, whatever of it is written. */
export function shorthandOffers(request: CompletionRequest, text: string, start: number): Replacing {
  const { offset } = request;
  const before = text.slice(0, offset - start);
  const arrow = text.indexOf('->');
  const open = before.lastIndexOf('[');
  const edge = soFar(text);
  if (arrow >= 0 && offset - start > arrow + 1) {
    if (open > arrow) return part(request, text, start, open + 1, phaseOffers(request), ']');
    return part(request, text, start, arrow + 2, toSide(request, edge, text.includes('[', arrow)), '[');
  }
  const offers = fromOffers(request, edge);
  if (arrow >= 0) return part(request, text, start, 0, offers, '->');
  // Nothing follows yet: the arrow is written with the name, and the other end is asked for at once.
  const going = offers.map((offer): Offer => ({ ...offer, text: `${offer.text ?? offer.label} -> `, again: true }));
  return part(request, text, start, 0, going, '->');
}

function toSide(request: CompletionRequest, edge: EdgeSoFar, labelled: boolean): Offer[] {
  const { cursor } = request;
  // Between brackets, a label without quotes around the edge would be a list.
  const phases = cursor.flow && !cursor.quote ? [] : request.workflow.labels.edges;
  const offers = toOffers(request, edge, ownEdge(request));
  if (labelled || phases.length === 0 || !request.snippets) return offers;
  return offers.map((offer) => ({ ...offer, text: `${offer.label} [\${1|${phases.join(',')}|}]`, snippet: true }));
}

/** The edge that is being written counts for nothing in what is taken already. */
export function ownEdge({ snapshot, offset }: CompletionRequest): (edge: Edge) => boolean {
  const { line, character } = snapshot.lines.positionAt(offset);
  return (edge) => within(edge.range, line, character);
}

/** The word of one part of the shorthand: from after what separates it to where the next separator is. */
function part(
  { offset }: CompletionRequest,
  text: string,
  start: number,
  from: number,
  offers: Offer[],
  until: string,
): Replacing {
  let begin = from;
  while (begin < offset - start && /\s/.test(text[begin] ?? '')) begin++;
  const rest = text.slice(offset - start);
  const stop = rest.indexOf(until);
  const word = /^[\w.-]*/.exec(stop < 0 ? rest : rest.slice(0, stop))![0];
  // A dash may be the beginning of the arrow.
  const end = offset + word.replace(/-+$/, '').length;
  return { start: start + begin, end, offers };
}

function soFar(text: string): EdgeSoFar {
  const [from, rest] = text.split('->', 2) as [string, string | undefined];
  const to = rest?.split('[', 1)[0]?.trim();
  const label = /\[\s*([\w-]+)\s*\]/.exec(rest ?? '')?.[1];
  return {
    ...(/^[\w.-]+$/.test(from.trim()) && { from: from.trim() }),
    ...(to && /^[\w.-]+$/.test(to) && { to }),
    ...(label !== undefined && { label }),
  };
}

/** The long form of an edge, for those who want more than the shorthand says. */
export function longEdge(): Offer {
  return {
    label: '{ from, to, label, via }',
    kind: CompletionItemKind.Snippet,
    text: '{ from: $1, to: $2, label: $3$4 }$0',
    snippet: true,
    documentation: 'An edge with all about it: `via: tracker`, `carries`.',
    rank: 6,
    again: true,
  };
}
