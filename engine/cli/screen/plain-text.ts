const ESCAPE = 0x1b;
const BELL = 0x07;

/**
 * Text of nodes, files and labels as a terminal may show it: without escape sequences (colours, titles, cursor moves,
 * links), other control characters, and the marks that turn the direction of writing. Tabs and line ends stay; a lone
 * carriage return, by which progress bars overwrite themselves, becomes a line end. One pass, whatever the text.
 */
export function plainText(text: string): string {
  let plain = '';
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isPrintable(code)) {
      at++;
      continue;
    }
    plain += text.slice(from, at);
    if (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a) plain += '\n';
    at = code === ESCAPE || code === 0x9b ? afterEscape(text, at) : at + 1;
    from = at;
  }
  return plain + text.slice(from);
}

/** `plainText` on one line. */
export function plainLine(text: string): string {
  return plainText(text).replaceAll('\n', ' ').replaceAll('\t', ' ').trim();
}

/** Index behind the sequence that begins at `start`; one without end takes what could belong to it. */
function afterEscape(text: string, start: number): number {
  const single = text.charCodeAt(start) === 0x9b;
  const kind = single ? '[' : text[start + 1];
  let at = start + (single ? 1 : 2);
  if (kind === '[') {
    while (at < text.length && isBetween(text.charCodeAt(at), 0x20, 0x3f)) at++;
    return isBetween(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at;
  }
  if (kind !== undefined && ']PX^_'.includes(kind)) {
    // A string for the terminal: up to a bell or `ESC \`, within its line.
    while (at < text.length && text.charCodeAt(at) !== 0x0a) {
      if (text.charCodeAt(at) === BELL) return at + 1;
      if (text.charCodeAt(at) === ESCAPE) return text[at + 1] === '\\' ? at + 2 : at;
      at++;
    }
    return at;
  }
  if (kind === undefined || !isBetween(kind.charCodeAt(0), 0x20, 0x7e)) return start + 1;
  while (at < text.length && isBetween(text.charCodeAt(at - 1), 0x20, 0x2f)) at++;
  return at;
}

function isPrintable(code: number): boolean {
  if (code === 0x0a || code === 0x09) return true;
  if (code < 0x20 || isBetween(code, 0x7f, 0x9f)) return false;
  return !(isBetween(code, 0x202a, 0x202e) || isBetween(code, 0x2066, 0x2069) || code === 0x2028 || code === 0x2029);
}

function isBetween(code: number, first: number, last: number): boolean {
  return code >= first && code <= last;
}
