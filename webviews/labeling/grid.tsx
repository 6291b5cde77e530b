import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Cell, Sample } from '../../extension/messages/labeling';
import { t } from '../words';
import { dragFrom } from './drag';
import { paint } from './paint';
import type { Lasso } from './select';
import type { Session } from './session';

const TILE = { width: 88, height: 108 };
/** Rows kept beyond what is in sight. */
const BEYOND = 2;

export interface GridHands {
  go(place: number): void;
  step(by: number): void;
  extend(place: number): void;
  toggle(place: number): void;
  all(): void;
  none(): void;
  lasso(area: Lasso, tile: { width: number; height: number; columns: number }): void;
  /** These are in sight, or soon. */
  see(ids: string[]): void;
}

interface Shown {
  session: Session;
  faces: ReadonlyMap<string, Sample>;
  hands: GridHands;
}

/** All samples of a task as tiles; only those in sight are in the page. */
export function Grid({ session, faces, hands }: Shown) {
  const scroller = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(1);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [lasso, setLasso] = useState<Lasso | null>(null);
  const rows = Math.ceil(session.shown.length / columns);
  const options = {
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => TILE.height,
    overscan: BEYOND,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
  };
  const virtual = useRef<Virtualizer<HTMLDivElement, HTMLDivElement>>(null);
  virtual.current ??= new Virtualizer(options);
  virtual.current.setOptions({ ...virtual.current.options, ...options });

  useLayoutEffect(() => virtual.current?._didMount(), []);
  useLayoutEffect(() => virtual.current?._willUpdate());
  useLayoutEffect(() => {
    const box = scroller.current!;
    const measure = () => setColumns(Math.max(1, Math.floor(box.clientWidth / TILE.width)));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const place = session.shown.indexOf(session.at);
  useEffect(() => {
    if (place >= 0) virtual.current?.scrollToIndex(Math.floor(place / columns), { align: 'auto' });
  }, [place, columns, session.shown]);

  const items = virtual.current.getVirtualItems();
  const inSight = items.flatMap(({ index }) => session.shown.slice(index * columns, (index + 1) * columns));
  const ids = inSight.map((at) => session.items[at]!.id);
  useEffect(() => hands.see(ids), [ids.join(), session.view, session.since]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed by hand, a table would not let them
    <div
      ref={scroller}
      class="grid"
      role="grid"
      tabIndex={0}
      aria-label={t('Samples')}
      aria-multiselectable="true"
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={place >= 0 ? `tile-${session.at}` : undefined}
      onKeyDown={(event) => onKey(event, hands, place, columns, session.shown.length)}
      onPointerDown={(event) =>
        dragFrom(event, scroller.current!, setLasso, (area) => hands.lasso(area, { ...TILE, columns }))
      }
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div class="space" role="rowgroup" style={{ height: `${virtual.current.getTotalSize()}px` }}>
        {items.map(({ index, start }) => (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={index}
            class="line"
            role="row"
            tabIndex={-1}
            aria-rowindex={index + 1}
            style={{ transform: `translateY(${start}px)` }}
          >
            {session.shown.slice(index * columns, (index + 1) * columns).map((at, column) => (
              <Tile
                key={session.items[at]!.id}
                session={session}
                at={at}
                column={column}
                place={index * columns + column}
                face={faces.get(session.items[at]!.id)}
                hands={hands}
              />
            ))}
          </div>
        ))}
        {lasso ? (
          <div
            class="lasso"
            style={{
              left: `${lasso.left}px`,
              top: `${lasso.top}px`,
              width: `${lasso.right - lasso.left}px`,
              height: `${lasso.bottom - lasso.top}px`,
            }}
          />
        ) : null}
      </div>
    </div>
  );
}

interface TileOf {
  session: Session;
  at: number;
  column: number;
  place: number;
  face: Sample | undefined;
  hands: GridHands;
}

function Tile({ session, at, column, place, face, hands }: TileOf) {
  const item = session.items[at]!;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (face?.kind === 'image') paint(canvas.current, face);
  }, [face]);
  const selected = session.selected.has(item.id);
  const said = item.answer ?? (item.skipped ? t('skipped') : t('open'));
  const cells = face?.kind === 'row' ? face.cells.slice(0, 4).map(inTile) : [];
  const words = [
    t('Sample {0}', at + 1),
    said,
    ...(item.flagged ? [t('flagged')] : []),
    ...(session.marks.get(item.id) === 'refused' ? [t('not saved')] : []),
    ...cells,
  ];
  const classes = ['tile', at === session.at ? 'here' : '', selected ? 'selected' : '', item.flagged ? 'flagged' : ''];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    // biome-ignore lint/a11y/useSemanticElements: as above
    <div
      id={`tile-${at}`}
      class={classes.join(' ')}
      role="gridcell"
      tabIndex={-1}
      aria-colindex={column + 1}
      aria-selected={selected}
      aria-label={words.join(', ')}
      data-said={item.answer ?? (item.skipped ? '–' : '')}
      data-number={`${at + 1}${item.flagged ? ' ⚑' : ''}`}
      onClick={(event) => {
        if (event.shiftKey) hands.extend(place);
        else if (event.ctrlKey || event.metaKey) hands.toggle(place);
        else hands.go(place);
      }}
    >
      {face?.kind === 'row' ? (
        <span class="cells" aria-hidden="true">
          {cells.join('\n')}
        </span>
      ) : face?.kind === 'image' ? (
        <canvas ref={canvas} width={face.width} height={face.height} />
      ) : null}
    </div>
  );
}

const inTile = ({ name, value, again }: Cell): string =>
  again === undefined ? `${name} ${value}` : `${name} ${value} → ${again}`;

function onKey(
  event: TargetedKeyboardEvent<HTMLElement>,
  hands: GridHands,
  place: number,
  columns: number,
  count: number,
): void {
  const steps = new Map(Object.entries({ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }));
  const by = steps.get(event.key);
  if (by !== undefined && event.shiftKey) {
    const next = Math.min(count - 1, Math.max(0, place + by));
    hands.extend(next);
    hands.step(by);
  } else if (by !== undefined && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    hands.step(by);
  } else if (event.key === 'Home') hands.go(0);
  else if (event.key === 'End') hands.go(count - 1);
  else if (event.key === ' ') hands.toggle(place);
  else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) hands.all();
  else if (event.key === 'Escape') hands.none();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
