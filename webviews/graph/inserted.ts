import type { Box, Scene } from '../../extension/messages';
import { t } from '../words';

/** What a node is called in sentences: its id, or of one that a revision put there what it stands before. */
export function namesIn({ boxes }: Scene): (id: string) => string {
  const names = new Map(
    boxes.flatMap(({ id, name, inserted }) =>
      inserted ? [[id, t('{0} before {1}', name, inserted.before)] as const] : [],
    ),
  );
  return (id) => names.get(id) ?? id;
}

/** The edge or node with this id is in no text: who put it there? */
export function originOf({ boxes, lines }: Scene, id: string): string | null {
  const edges = lines.flatMap((line) => line.edges);
  return [...boxes, ...edges].find((one) => one.id === id)?.inserted?.improver ?? null;
}

/** Below a node's name: its program, and which improver's revision put it there or says otherwise of it than the text. */
export function secondLine({ program, inserted, revised }: Box): string {
  if (revised) return t('{0}, set by {1}', program, revised.improver);
  if (!inserted) return program;
  if (inserted.op === 'insert') return t('inserted by {0}', inserted.improver);
  const said = t('feedback of {0}', inserted.improver);
  return inserted.count > 1 ? `${said} × ${inserted.count}` : said;
}

/** The same in sentences, for a tooltip and to be read aloud. */
export function originsOf({ inserted, revised }: Box): string[] {
  if (revised) return [t('a revision of {0} says: {1}', revised.improver, revised.says)];
  if (!inserted) return [];
  const { op, before, improver, count } = inserted;
  if (op === 'insert') return [t('put before {0} by a revision of {1}; in no text', before, improver)];
  return [
    t(
      count === 1
        ? 'joins the feedback of {0} revision of {1} to what goes to {2}; in no text'
        : 'joins the feedback of {0} revisions of {1} to what goes to {2}; in no text',
      count,
      improver,
      before,
    ),
  ];
}
