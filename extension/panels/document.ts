/** What a webview's document needs to know of where it is. */
export interface DocumentPlace {
  title: string;
  /** Fresh for each document. */
  nonce: string;
  /** `webview.cspSource`. */
  cspSource: string;
  script: string;
  style: string;
  language: string;
  /** What is said in that language, by what is said in English. */
  words: Readonly<Record<string, string>>;
}

/**
 * The document of a webview: nothing but its own script and style, no network, no inline anything. Pictures come as bytes
 * over messages and are painted; names from files become text nodes.
 */
export function webviewDocument({ title, nonce, cspSource, script, style, language, words }: DocumentPlace): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}; img-src ${cspSource} blob: data:`;
  // No script, so the policy has no say in it; `<` would end it.
  const data = JSON.stringify(words).replaceAll('<', '\\u003c');
  // A step's name has the values of its matrix.
  const name = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${name}</title>
</head>
<body>
<main id="main"></main>
<script nonce="${nonce}" type="application/json" id="words">${data}</script>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
