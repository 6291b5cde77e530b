import { isSize, sizeOf } from '../../engine/protocol/size';
import type { Compared, FromCompare } from '../../extension/messages/compare';
import { Name } from '../plots/name';
import { figure, isNumber } from '../plots/scale';
import { timeOf } from '../plots/title';
import { t } from '../words';
import { delta, type Row } from './differences';

/** Rows that are in the page; all of them are in the CSV. */
const MOST_ROWS = 300;
const GROUPS: Record<Row['group'], string> = {
  parameter: t('Parameters'),
  metric: t('Metrics'),
  node: t('Nodes'),
  run: t('Run'),
  system: t('Time and memory'),
};

interface Shown {
  /** The baseline first. */
  runs: readonly Compared[];
  rows: readonly Row[];
  tell: (message: FromCompare) => void;
}

/** What was recorded of runs: a row a thing, a column a run; in a narrow panel a block a thing. */
export function SideBySide({ runs, rows, tell }: Shown) {
  const names = runs.map(({ summary }) => summary.run);
  const called = (column: number) => `${column + 1} · ${runs[column]!.summary.workflow}`;
  if (rows.length === 0) return <p role="status">{t('Nothing that was recorded differs.')}</p>;
  const shown = rows.slice(0, MOST_ROWS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <section class="rows tall" tabIndex={0} aria-label={t('Runs side by side')}>
      <table class="compare stacks">
        <thead>
          <tr>
            <td />
            {runs.map(({ summary }, at) => (
              <th scope="col" key={summary.run}>
                <span>
                  <span class="number">{at + 1} · </span>
                  {summary.workflow}
                </span>
                <div class="time">{timeOf(summary)}</div>
                <div class="quiet">
                  <Name text={summary.run} />
                </div>
                <div class="bar">
                  {at === 0 ? (
                    <span class="quiet">{t('baseline')}</span>
                  ) : (
                    <button type="button" onClick={() => tell({ type: 'diff', from: names[0]!, to: summary.run })}>
                      {t('Diff')}
                      <span class="unseen"> {summary.run}</span>
                    </button>
                  )}
                  {runs.length > 2 ? (
                    <button
                      type="button"
                      onClick={() => tell({ type: 'drop', run: summary.run })}
                      aria-label={t('Remove {0}', summary.run)}
                    >
                      ✕
                    </button>
                  ) : null}
                </div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.flatMap((row, at) => [
            ...(shown[at - 1]?.group === row.group
              ? []
              : [
                  <tr key={row.group} class="group">
                    <th scope="rowgroup" colSpan={runs.length + 1}>
                      <span>{GROUPS[row.group]}</span>
                    </th>
                  </tr>,
                ]),
            <tr key={`${row.group} ${row.name}`}>
              <th scope="row">
                <Name text={row.name} />{' '}
                {row.node === undefined ? null : <DiffNode node={row.node} baseline={names[0]!} tell={tell} />}
              </th>
              {row.cells.map((cell, column) => {
                const said = isSize(row.name) ? sizeOf : String;
                const change = column === 0 ? '' : delta(cell, row.cells[0]!, said);
                return (
                  <td key={names[column]} data-head={called(column)}>
                    {cellOf(cell, row.name)}
                    {change === '' ? null : <span class="delta"> {change}</span>}
                  </td>
                );
              })}
            </tr>,
          ])}
        </tbody>
      </table>
      {rows.length > MOST_ROWS ? (
        <p class="quiet">{t('{0} more rows are in the CSV.', rows.length - MOST_ROWS)}</p>
      ) : null}
    </section>
  );
}

function cellOf(cell: string | number | null, name: string): string | number {
  if (typeof cell !== 'number') return cell ?? '–';
  if (isSize(name) && isNumber(cell)) return sizeOf(cell);
  return isNumber(cell) ? Number(cell.toPrecision(6)) : figure(cell);
}

/** Opens the parameters of a node, of two runs, in VS Code's own diff editor. */
function DiffNode({ node, baseline, tell }: { node: string; baseline: string } & Pick<Shown, 'tell'>) {
  return (
    <button
      type="button"
      class="of-node"
      title={t('Diff the parameters of {0}', node)}
      onClick={() => tell({ type: 'diffNode', node, baseline })}
    >
      {t('Diff')}
      <span class="unseen"> {node}</span>
    </button>
  );
}
