import { render } from 'preact';
import { received } from '../../extension/messages';
import { type FromCurves, type ToCurves, toCurves } from '../../extension/messages/curves';
import { bridge, remember, remembered } from '../bridge';
import { titleOf } from '../plots/title';
import { BeforePage, type Opening } from '../states/opening';
import { Problem } from '../states/problem';
import { t } from '../words';
import { chartsOf } from './charts';
import { CurveFigure } from './curve-figure';

type Told = Extract<ToCurves, { type: 'curves' }>;

const line = bridge<ToCurves, FromCurves>((value) => received<ToCurves>(toCurves, value));
const main = document.getElementById('main')!;
const state = {
  told: null as Told | null,
  problem: '',
  opening: { at: 'reading' } as Opening,
  logarithmic: remembered().logarithmic === true,
};

const change = (next: Partial<typeof state>) => {
  Object.assign(state, next);
  remember({ logarithmic: state.logarithmic });
  show();
};

function show(): void {
  const { told, opening } = state;
  render(
    told ? (
      <Page told={told} />
    ) : (
      <BeforePage
        title={t('Curves')}
        words={t('Reading what the nodes logged…')}
        opening={opening}
        turn={(next) => change({ opening: next })}
        tell={line.tell}
      />
    ),
    main,
  );
}

function Page({ told }: { told: Told }) {
  const charts = chartsOf(told.curves);
  const save = (name: string, text: string) => line.tell({ type: 'save', name, text });
  return (
    <div class="page">
      {state.problem ? (
        <Problem message={state.problem} retry={() => line.tell({ type: 'ready' })} tell={line.tell} />
      ) : null}
      <header class="bar">
        <h1>{told.node === null ? t('Curves') : t('Curves of {0}', told.node)}</h1>
        <span class="quiet">
          {titleOf(told)} · {told.run} · <span role="status">{told.state}</span>
        </span>
        <button
          type="button"
          aria-pressed={state.logarithmic}
          onClick={() => change({ logarithmic: !state.logarithmic })}
        >
          {t('Logarithmic')}
        </button>
      </header>
      {charts.length > 0 ? (
        <div class="charts">
          {charts.map((chart) => (
            <CurveFigure
              key={`${chart.node} ${chart.metric}`}
              chart={chart}
              logarithmic={state.logarithmic}
              save={save}
            />
          ))}
        </div>
      ) : (
        <p>
          {told.state === 'running'
            ? t('Nothing has been logged twice yet. It is drawn here as it comes.')
            : t('No metric was logged more than once: there is no curve. The Runs view shows what was logged.')}
        </p>
      )}
    </div>
  );
}

line.listen((message) => {
  if (message.type === 'failed') {
    return change({ problem: message.message, opening: { at: 'failed', message: message.message } });
  }
  remember({ key: message.key, run: message.run, node: message.node });
  change({ told: message, problem: '' });
});

show();
line.tell({ type: 'ready' });
