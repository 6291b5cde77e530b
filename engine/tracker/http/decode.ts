import { refuse } from '../refusal';

/** One segment of a path, decoded once and only once: what is still encoded then is part of the name. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refuse('BAD_REQUEST', 'The path is not well encoded.');
  }
}
