import type { Session } from './session';

/** Selected samples of the grid: places are those of the order in which they are shown. */

/** All from the sample at hand to this one, shift being held. */
export function extendTo(session: Session, place: number): Session {
  const { shown, items, at } = session;
  const from = Math.max(0, shown.indexOf(at));
  const [low, high] = from < place ? [from, place] : [place, from];
  const selected = new Set(session.selected);
  for (const one of shown.slice(low, high + 1)) selected.add(items[one]!.id);
  return { ...session, selected };
}

/** Takes one in or out. */
export function toggle(session: Session, place: number): Session {
  const id = session.items[session.shown[place] ?? -1]?.id;
  if (id === undefined) return session;
  const selected = new Set(session.selected);
  if (!selected.delete(id)) selected.add(id);
  return { ...session, selected };
}

export function selectAll(session: Session): Session {
  return { ...session, selected: new Set(session.shown.map((at) => session.items[at]!.id)) };
}

export const selectNone = (session: Session): Session => ({ ...session, selected: new Set() });

/** A rectangle in the grid, in pixels of its content. */
export interface Lasso {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Those whose tiles the rectangle touches. */
export function lassoed(
  session: Session,
  lasso: Lasso,
  tile: { width: number; height: number; columns: number },
): Session {
  const { columns, width, height } = tile;
  const [first, last] = [
    Math.max(0, Math.floor(lasso.left / width)),
    Math.min(columns - 1, Math.floor(lasso.right / width)),
  ];
  const rows = Math.ceil(session.shown.length / columns);
  const selected = new Set<string>();
  for (
    let row = Math.max(0, Math.floor(lasso.top / height));
    row <= Math.min(rows - 1, Math.floor(lasso.bottom / height));
    row++
  ) {
    for (let column = first; column <= last; column++) {
      const at = session.shown[row * columns + column];
      if (at !== undefined) selected.add(session.items[at]!.id);
    }
  }
  return { ...session, selected };
}
