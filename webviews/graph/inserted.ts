import type { Scene } from '../../extension/messages';
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
