/** What changes in a Dockerfile on its way to the daemon; the file itself and its hash stay. */
export interface Rewriting {
  /** Another image in place of one that is named (mirrors, air-gapped hosts). */
  image(name: string): string;
  /** Variables that name the certificates to be trusted while the image is built; null for none. */
  trust: { file: string; place: string; variables: Record<string, string> } | null;
}

/**
 * Remaps the images that a Dockerfile is built from, and lets each stage that starts from one trust the certificates of a
 * company's proxy: by a file and by ARG, which are not environment of the image that is made.
 */
export function rewriteDockerfile(text: string, { image, trust }: Rewriting): string {
  const stages = new Set<string>();
  const lines = text.split('\n');
  const begins = beginnings(lines);
  return lines
    .map((line, index) => {
      if (!begins[index]) return line;
      const from = /^(\s*FROM\s+(?:--\S+\s+)*)(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line);
      if (!from) return rewriteCopy(line, stages, image);
      const [, start = '', name = '', stage] = from;
      const known = stages.has(name.toLowerCase()) || name.toLowerCase() === 'scratch' || name.includes('$');
      if (stage) stages.add(stage.toLowerCase());
      const first = `${start}${known ? name : image(name)}${stage ? ` AS ${stage}` : ''}`;
      return known || !trust ? first : [first, ...trustLines(trust)].join('\n');
    })
    .join('\n');
}

/** Of these, documents may follow. */
const TAKES_DOCUMENTS = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i;
/** A document that is announced; or something in quotes, where none is. */
const ANNOUNCED = /(?<=\s\d*)<<(-?)(["']?)([A-Za-z_]\w*)\2|"(?:\\.|[^"\\])*"|'[^']*'/g;

/**
 * Which lines begin an instruction. One goes on after a backslash, over comments and empty lines; then the documents follow
 * that it has announced (`<<END`): what stands there may look like another.
 */
function beginnings(lines: readonly string[]): boolean[] {
  let goesOn = false;
  let takes = false;
  let announced: { end: string; indented: boolean }[] = [];
  let documents: typeof announced = [];
  return lines.map((line) => {
    const [document] = documents;
    if (document) {
      const words = line.replace(document.indented ? /^\t+|\r$/g : /\r$/, '');
      if (words === document.end) documents = documents.slice(1);
      return false;
    }
    if (/^\s*(#|$)/.test(line)) return false;
    const begins = !goesOn;
    if (begins) takes = TAKES_DOCUMENTS.test(line);
    for (const [, dash, , end] of takes ? line.matchAll(ANNOUNCED) : [])
      if (end !== undefined) announced.push({ end, indented: dash === '-' });
    goesOn = /\\[ \t]*\r?$/.test(line);
    if (!goesOn) [documents, announced] = [announced, []];
    return begins;
  });
}

/** `COPY --from=` names a stage, its number, or an image. */
function rewriteCopy(line: string, stages: Set<string>, image: (name: string) => string): string {
  return line.replace(/^(\s*(?:COPY|ADD)\s.*?--from=)(\S+)/i, (whole, start: string, name: string) =>
    stages.has(name.toLowerCase()) || /^\d+$/.test(name) || name.includes('$') ? whole : start + image(name),
  );
}

function trustLines({ file, place, variables }: NonNullable<Rewriting['trust']>): string[] {
  return [`COPY ${file} ${place}`, ...Object.entries(variables).map(([name, value]) => `ARG ${name}=${value}`)];
}

/** Whether a Dockerfile uses what only BuildKit understands. */
export function needsBuildKit(text: string): boolean {
  return /^\s*(?:RUN\s+(?:--\S+\s+)*--(?:mount|network|security)=|(?:COPY|ADD)\s+(?:--\S+\s+)*--(?:link|chmod|parents|checksum|exclude)\b|(?:RUN|COPY|ADD)\b.*<<-?['"]?[A-Za-z_])|^#\s*syntax\s*=/im.test(
    text,
  );
}
