/** Text with its words, `{0}` and so on, where they belong. */
type Word = string | number;

/** What the extension put into the document: VS Code's bundle of the language that it speaks; English has none. */
const words = new Map<string, string>(Object.entries(read()));

/**
 * Text for people in the language of the editor, as `vscode.l10n.t`. It is written out where it is used, so that
 * `scripts/generate-l10n.mjs` finds it.
 */
export function t(text: string, ...filled: Word[]): string {
  return (words.get(text) ?? text).replaceAll(/\{(\d+)\}/g, (gap, at) => String(filled[Number(at)] ?? gap));
}

function read(): Record<string, string> {
  // Tests of what is pure have no document.
  const kept = globalThis.document?.getElementById('words')?.textContent;
  return kept ? (JSON.parse(kept) as Record<string, string>) : {};
}
