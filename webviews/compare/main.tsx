import { render } from 'preact';
import { received } from '../../extension/messages';
import { type Compared, type FromCompare, type ToCompare, toCompare } from '../../extension/messages/compare';
import { bridge, remember, remembered } from '../bridge';
import { Figure } from '../plots/figure';
import { Name } from '../plots/name';
import { csv } from '../plots/save';
import { BeforePage, type Opening } from '../states/opening';
import { t } from '../words';
import { CurvePlot, Legend, nameOf, Parallel } from './curves';
import { axesOf, delta, differs, type Row, rowsOf } from './differences';

const line = bridge<ToCompare, FromCompare>((value) => received<ToCompare>(toCompare, value));
const main = document.getElementById('main')!;
const kept = remembered();
const state = {
  runs: [] as Compared[],
  opening: { at: 'reading' } as Opening,
  onlyDifferences: kept.all !== true,
  baseline: typeof kept.baseline === 'string' ? kept.baseline : '',
  curve: '',
  picture: '',
};

/** Rows that are in the page; all of them are in the CSV. */
const MOST_ROWS = 300;
const GROUPS: Record<Row['group'], string> = {
  metric: t('Metrics'),
  parameter: t('Parameters'),
  node: t('Nodes'),
  run: t('Run'),
};

const change = (next: Partial<typeof state>) => {
  Object.assign(state, next);
  remember({ baseline: state.baseline, all: !state.onlyDifferences });
  show();
};
const save = (name: string, text: string) => line.tell({ type: 'save', name, text });

function show(): void {
  const { runs, opening } = state;
  render(
    runs.length >= 2 ? (
      <Page runs={ordered(runs)} />
    ) : (
      <BeforePage
        title={t('Compare Runs')}
        words={t('Reading the runs…')}
        opening={opening}
        turn={(next) => change({ opening: next })}
        tell={line.tell}
      >
        <button type="button" class="primary" onClick={() => line.tell({ type: 'choose' })}>
          {t('Choose Runs…')}
        </button>
      </BeforePage>
    ),
    main,
  );
}

/** The baseline first. */
function ordered(runs: readonly Compared[]): Compared[] {
  const base = runs.find(({ summary }) => summary.run === state.baseline) ?? runs[0]!;
  return [base, ...runs.filter((run) => run !== base)];
}

function Page({ runs }: { runs: Compared[] }) {
  const all = rowsOf(runs);
  const rows = state.onlyDifferences ? all.filter(differs) : all;
  const [base, ...others] = runs.map(({ summary }) => summary.run);
  const metrics = [...new Set(runs.flatMap(({ curves }) => curves.map(nameOf)))];
  const metric = metrics.includes(state.curve) ? state.curve : metrics[0];
  const pictures = [...new Set(runs.flatMap((run) => run.pictures.map(({ name }) => name)))];
  const picture = pictures.includes(state.picture) ? state.picture : pictures[0];
  const axes = runs.length >= 3 ? axesOf(all) : [];
  return (
    <div class="page">
      <header class="bar">
        <h1>{t('Compare {0} runs', runs.length)}</h1>
        <label>
          <input
            type="checkbox"
            checked={state.onlyDifferences}
            onChange={(event) => change({ onlyDifferences: event.currentTarget.checked })}
          />{' '}
          {t('Only differences')}
        </label>
        <label>
          {t('Baseline')}{' '}
          <select value={base} onChange={(event) => change({ baseline: event.currentTarget.value })}>
            {state.runs.map(({ summary }) => (
              <option key={summary.run} value={summary.run}>
                {summary.run}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => line.tell({ type: 'choose' })}>
          {t('Choose Runs…')}
        </button>
        <button
          type="button"
          onClick={() =>
            save(
              'runs.csv',
              csv(
                [t('kind'), t('name'), base!, ...others],
                rows.map(({ group, name, cells }) => [group, name, ...cells]),
              ),
            )
          }
        >
          {t('CSV')}
        </button>
      </header>
      <Table runs={runs} rows={rows} />
      {metric ? (
        <Figure
          title={t('Curves')}
          name={`curve-${metric}`}
          head={[t('run'), t('step'), metric]}
          rows={runs.flatMap(({ summary, curves }) =>
            (curves.find((curve) => nameOf(curve) === metric)?.points ?? []).map(({ step, value }) => [
              summary.run,
              step,
              value,
            ]),
          )}
          save={save}
          aside={
            <div class="bar">
              <label>
                {t('Metric')}{' '}
                <select value={metric} onChange={(event) => change({ curve: event.currentTarget.value })}>
                  {metrics.map((name) => (
                    <option key={name}>{name}</option>
                  ))}
                </select>
              </label>
              <Legend runs={runs} />
            </div>
          }
        >
          <CurvePlot metric={metric} runs={runs} />
        </Figure>
      ) : null}
      {axes.length >= 2 ? (
        <Figure
          title={t('Parallel coordinates')}
          name="parallel"
          head={[t('number'), base!, ...others]}
          rows={axes.map(({ name, values }) => [name, ...values])}
          save={save}
          aside={<Legend runs={runs} />}
        >
          <Parallel axes={axes} runs={runs} />
        </Figure>
      ) : null}
      {picture ? (
        <section class="figure" aria-label={t('Pictures')}>
          <div class="head">
            <h2>{t('Pictures')}</h2>
            <label>
              {t('Picture')}{' '}
              <select value={picture} onChange={(event) => change({ picture: event.currentTarget.value })}>
                {pictures.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
          </div>
          <div class="pictures">
            {runs.map(({ summary, pictures: own }) => {
              const url = own.find(({ name }) => name === picture)?.url;
              return (
                <figure key={summary.run}>
                  {url?.startsWith('data:image/') ? (
                    <img src={url} alt={t('{0} of {1}', picture, summary.run)} />
                  ) : (
                    <p class="quiet">{t('none')}</p>
                  )}
                  <figcaption>{summary.run}</figcaption>
                </figure>
              );
            })}
          </div>
        </section>
      ) : null}
    </div>
  );
}

function Table({ runs, rows }: { runs: Compared[]; rows: Row[] }) {
  const names = runs.map(({ summary }) => summary.run);
  if (rows.length === 0) return <p role="status">{t('Nothing that was recorded differs.')}</p>;
  const shown = rows.slice(0, MOST_ROWS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <section class="rows tall" tabIndex={0} aria-label={t('Runs side by side')}>
      <table class="compare">
        <thead>
          <tr>
            <td />
            {runs.map(({ summary }, at) => (
              <th scope="col" key={summary.run}>
                <Name text={summary.run} />
                <div class="bar">
                  {at === 0 ? (
                    <span class="quiet">{t('baseline')}</span>
                  ) : (
                    <button type="button" onClick={() => line.tell({ type: 'diff', from: names[0]!, to: summary.run })}>
                      {t('Diff')}
                      <span class="unseen"> {summary.run}</span>
                    </button>
                  )}
                  {runs.length > 2 ? (
                    <button
                      type="button"
                      onClick={() => line.tell({ type: 'drop', run: summary.run })}
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
                      {GROUPS[row.group]}
                    </th>
                  </tr>,
                ]),
            <tr key={`${row.group} ${row.name}`}>
              <th scope="row">
                <Name text={row.name} />
              </th>
              {row.cells.map((cell, column) => {
                const change = column === 0 ? '' : delta(cell, row.cells[0]!);
                return (
                  <td key={names[column]}>
                    {cell === null ? '–' : typeof cell === 'number' ? Number(cell.toPrecision(6)) : cell}
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

line.listen((message) => {
  if (message.type === 'failed') return change({ opening: { at: 'failed', message: message.message }, runs: [] });
  remember({ key: message.key, runs: message.runs.map(({ summary }) => summary.run) });
  const few = { at: 'failed', message: t('A comparison takes two runs.') } as const;
  change({ runs: message.runs, ...(message.runs.length < 2 ? { opening: few } : {}) });
});

show();
line.tell({ type: 'ready' });
