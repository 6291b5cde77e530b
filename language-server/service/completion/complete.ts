import type { CompletionItem, CompletionList } from 'vscode-languageserver-types';
import { type Position, referencesIn } from '../../../graph';
import { type Cancellation, throwIfCancelled } from '../cancellation';
import { type Cursor, cursorAt } from '../cursor/cursor';
import { isBlank } from '../cursor/reading';
import { lineEndAt } from '../editing/find';
import type { FileAccess } from '../files/access';
import { shapeAt } from '../places';
import type { Snapshot } from '../snapshot';
import { bareKeys, keyOffers } from './keys';
import { referenceOffers } from './references';
import { type CompletionRequest, expanded, item, type Offer } from './request';
import { fileSnippets } from './snippets';
import { valueOffers } from './values';

export interface CompletionOptions {
  files: FileAccess;
  /** Names of images that the client knows. */
  images: readonly string[];
  /** The client can insert snippets. */
  snippets: boolean;
}

/** More than this nobody reads; the client asks again when the user has typed more. */
const MAX_ITEMS = 1000;

const NOTHING: CompletionList = { isIncomplete: false, items: [] };

/** What can be written at a position, however broken the text is there. */
export async function complete(
  snapshot: Snapshot,
  position: Position,
  options: CompletionOptions,
  token: Cancellation,
): Promise<CompletionList> {
  const offset = snapshot.lines.offsetAt(position);
  const cursor = cursorAt(snapshot.text, offset);
  if (!cursor) return NOTHING;
  const request: CompletionRequest = { snapshot, workflow: snapshot.workflow, cursor, offset, token, ...options };
  const references = referenceOffers(request);
  if (references) return list(request, references.offers, references.start, references.end);
  const { shape } = shapeAt(cursor.path);
  if (cursor.role === 'value') {
    const { start, end, offers } = await valueOffers(request, shape);
    throwIfCancelled(token);
    // An item of a list of which only a word is written may become a map.
    const word = typeof cursor.path.at(-1) === 'number' && !cursor.flow && !cursor.dash && isWord(snapshot, cursor);
    const keys = word ? keyOffers(request, shape) : [];
    if (word && isBeforeColon(snapshot, cursor)) return list(request, bareKeys(keys), cursor.start, cursor.end);
    const dashed = cursor.dash
      ? offers.map((offer): Offer => ({ ...offer, text: `- ${offer.text ?? offer.label}` }))
      : offers;
    return list(request, [...dashed, ...keys], start, end);
  }
  const offers = keyOffers(request, shape);
  if (cursor.quote || isBeforeColon(snapshot, cursor)) return list(request, bareKeys(offers), cursor.start, cursor.end);
  if (cursor.path.length === 0) offers.push(...fileSnippets(request));
  if (shape && cursor.dash) offers.push(...(await itemOffers(request)));
  return list(request, offers, cursor.start, cursor.end);
}

const isWord = ({ text }: Snapshot, { start, end }: Cursor): boolean => /^[\w-]*$/.test(text.slice(start, end));

/** The key at the cursor has its colon, and so its value. */
const isBeforeColon = ({ text }: Snapshot, { end }: Cursor): boolean =>
  /^[ \t]*:(?=\s|$)/.test(text.slice(end, lineEndAt(text, end)));

/** Items of a list that begins at the cursor: with their dash. */
async function itemOffers(request: CompletionRequest): Promise<Offer[]> {
  const { shape } = shapeAt([...request.cursor.path, 0]);
  if (!shape) return [];
  const inside = {
    ...request,
    cursor: { ...request.cursor, path: [...request.cursor.path, 0], role: 'value' as const },
  };
  const { offers } = await valueOffers(inside, shape);
  return offers.map((offer) => ({ ...offer, text: `- ${offer.text ?? offer.label}` }));
}

function list(request: CompletionRequest, offers: readonly Offer[], start: number, end: number): CompletionList {
  const { snapshot, offset } = request;
  const written = snapshot.text.slice(start, offset).toLowerCase();
  const fitting =
    offers.length > MAX_ITEMS ? offers.filter(({ label }) => label.toLowerCase().includes(written)) : offers;
  const range = snapshot.lines.range(start, end);
  const items = fitting
    .slice(0, MAX_ITEMS)
    .map((offer) => (offer.snippet && !request.snippets ? plain(offer) : offer))
    .map((offer): CompletionItem => item({ ...offer, text: fitted(request, offer, start, end) }, range));
  return { isIncomplete: fitting.length > MAX_ITEMS || fitting.length < offers.length, items };
}

const plain = (offer: Offer): Offer => ({ ...offer, text: expanded(offer.text ?? offer.label), snippet: false });

/** The text of an offer, kept apart from what stands around it as YAML asks. */
function fitted({ snapshot: { text }, cursor }: CompletionRequest, offer: Offer, start: number, end: number): string {
  const written = offer.text ?? offer.label;
  if (cursor.quote) return written;
  // In brackets, YAML reads an edge's label as a list: what has one is quoted there.
  const whole = cursor.flow && written.includes('->') && referencesIn(written).length === 0 ? `'${written}'` : written;
  // A colon or a dash that was typed this moment means a value only with a blank, and so does the "#" of a comment.
  const before = start === cursor.start && /[:-]/.test(text[start - 1] ?? '') ? ' ' : '';
  const after = text[end] === '#' && isBlank(text[end - 1]) && !/\s(?:\$0)?$/.test(whole) ? ' ' : '';
  return `${before}${whole}${after}`;
}
