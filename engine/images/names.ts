/**
 * An image's name in full, `docker.io/library/python:latest` for `python`: the API takes a name without a tag for all of
 * its tags, and two spellings of one image must meet.
 */
export function fullName(name: string): string {
  const [path = '', digest] = name.split('@', 2);
  const slash = path.lastIndexOf('/');
  const colon = path.indexOf(':', slash + 1);
  const bare = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? 'latest' : path.slice(colon + 1);
  const [first = ''] = bare.split('/');
  const hasRegistry = bare.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const repository = hasRegistry ? bare : `docker.io/${bare.includes('/') ? bare : `library/${bare}`}`;
  return digest ? `${repository}@${digest}` : `${repository}:${tag}`;
}

/** The registry that a full name is in. */
export function registryOf(full: string): string {
  return full.slice(0, full.indexOf('/'));
}

/** What is used in place of an image, by the settings' map; the name itself where nothing is. */
export function remapped(name: string, images: ReadonlyMap<string, string> | undefined): string {
  if (!images || images.size === 0) return name;
  const full = fullName(name);
  for (const [from, to] of images) if (fullName(from) === full) return to;
  return name;
}
