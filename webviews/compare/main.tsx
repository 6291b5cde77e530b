import { render } from 'preact';
import { received } from '../../extension/messages';
import { type Compared, type FromCompare, type ToCompare, toCompare } from '../../extension/messages/compare';
import { bridge, remember, remembered } from '../bridge';
import { Figure } from '../plots/figure';
import { csv } from '../plots/save';
import { titleOf } from '../plots/title';
import { BeforePage, type Opening } from '../states/opening';
import { Problem } from '../states/problem';
import { t } from '../words';
import { CurvePlot, Legend, nameOf, Parallel } from './curves';
import { axesOf, differs, rowsOf } from './differences';
import { SideBySide } from './side-by-side';

const line = bridge<ToCompare, FromCompare>((value) => received<ToCompare>(toCompare, value));
const main = document.getElementById('main')!;
const kept = remembered();
const state = {
  runs: [] as Compared[],
  problem: '',
  opening: { at: 'reading' } as Opening,
  onlyDifferences: kept.all !== true,
  baseline: typeof kept.baseline === 'string' ? kept.baseline : '',
  curve: '',
  picture: '',
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
      {state.problem ? (
        <Problem message={state.problem} retry={() => line.tell({ type: 'ready' })} tell={line.tell} />
      ) : null}
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
                {titleOf(summary)}
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
      <SideBySide runs={runs} rows={rows} tell={line.tell} />
      {metric ? (
        <Figure
          title={t('Curves')}
          name={`curve-${metric}`}
          head={[t('run'), t('step'), metric]}
          rows={runs.flatMap(({ summary, curves }) =>
            (curves.find((curve) => nameOf(curve) === metric)?.points ?? []).map(({ step, value }) => [
              summary.run,
              step,
              value ?? Number.NaN,
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
                  <figcaption>{titleOf(summary)}</figcaption>
                </figure>
              );
            })}
          </div>
        </section>
      ) : null}
    </div>
  );
}

line.listen((message) => {
  if (message.type === 'baseline') return change({ baseline: message.run });
  if (message.type === 'differences') return change({ onlyDifferences: !state.onlyDifferences });
  if (message.type === 'failed') {
    return change({ problem: message.message, opening: { at: 'failed', message: message.message } });
  }
  remember({ key: message.key, runs: message.runs.map(({ summary }) => summary.run) });
  const few = { at: 'failed', message: t('A comparison takes two runs.') } as const;
  change({ runs: message.runs, problem: '', ...(message.runs.length < 2 ? { opening: few } : {}) });
});

show();
line.tell({ type: 'ready' });
