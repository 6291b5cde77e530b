import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { isSize, sizeOf } from '../../engine/protocol/size';
import { t } from '../words';
import { Name } from './name';
import { csv, standalone } from './save';
import { figure } from './scale';

interface FigureOf {
  title: string;
  /** Of the files that it is saved as. */
  name: string;
  head: string[];
  rows: (string | number | null)[][];
  /** What its table shows where all rows would be too many to read; the CSV has them. */
  table?: Pick<FigureOf, 'head' | 'rows'>;
  save: (name: string, text: string) => void;
  /** The drawing; none: there is only the table. */
  children?: ComponentChildren;
  aside?: ComponentChildren;
}

/** Rows of a table that are in the page; all of them are in the CSV. */
const SHOWN = 200;

/** A plot with its twin as a table, both to be saved. */
export function Figure({ title, name, head, rows, table = { head, rows }, save, children, aside }: FigureOf) {
  const [asTable, setTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const drawn = children !== undefined && children !== null;
  const saveSvg = () => {
    const svg = drawing.current?.querySelector('svg');
    if (svg) save(`${name}.svg`, standalone(svg));
  };
  return (
    <section class="figure" aria-label={title}>
      <div class="head">
        <h2>{title}</h2>
        {drawn ? (
          <button
            type="button"
            aria-pressed={asTable}
            onClick={() => setTable(!asTable)}
            aria-label={t('Table of {0}', title)}
          >
            {t('Table')}
          </button>
        ) : null}
        <button
          type="button"
          onClick={() => save(`${name}.csv`, csv(head, rows))}
          aria-label={t('Save {0} as CSV', title)}
        >
          {t('CSV')}
        </button>
        {drawn && !asTable ? (
          <button type="button" onClick={saveSvg} aria-label={t('Save {0} as SVG', title)}>
            {t('SVG')}
          </button>
        ) : null}
      </div>
      {aside}
      {drawn && !asTable ? (
        <div ref={drawing} class="drawing">
          {children}
        </div>
      ) : (
        <Rows title={title} {...table} />
      )}
    </section>
  );
}

function Rows({ title, head, rows }: Pick<FigureOf, 'title' | 'head' | 'rows'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <section class="rows" tabIndex={0} aria-label={t('{0}, table', title)}>
      <table class={head.length > 3 ? 'stacks' : ''}>
        <thead>
          <tr>
            {head.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map((row) => (
            <tr key={row.slice(0, 2).join(' ')}>
              {row.map((cell, at) => (
                <td key={head[at]} data-head={head[at]}>
                  {typeof cell === 'string' && at === 0 ? (
                    <Name text={cell} />
                  ) : typeof cell === 'number' && isSize(String(row[0])) ? (
                    sizeOf(cell)
                  ) : typeof cell === 'number' && !Number.isInteger(cell) ? (
                    figure(cell)
                  ) : (
                    cell
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN ? <p class="quiet">{t('{0} more rows are in the CSV.', rows.length - SHOWN)}</p> : null}
    </section>
  );
}
