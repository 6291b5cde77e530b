import { render } from 'preact';
import { received } from '../../extension/messages';
import {
  BAND,
  type FromDrift,
  type Inspected,
  type LossesAnswer,
  type PastRun,
  type Sample,
  type ToDrift,
  toDrift,
  type Variant,
} from '../../extension/messages/drift';
import { bridge, remember } from '../bridge';
import { countBelow, countOutside, counts, rangeOf } from '../plots/distribution';
import { Figure } from '../plots/figure';
import { figure } from '../plots/scale';
import { BeforePage, type Opening } from '../states/opening';
import { Problem } from '../states/problem';
import { t } from '../words';
import { ClassStrips } from './classes';
import { FeatureErrors } from './features';
import { Gallery } from './gallery';
import { type Band, LossPlot } from './loss-plot';
import { Ridges } from './past';

type Report = Extract<ToDrift, { type: 'report' }>;

/** Samples of the gallery. */
const MOST = 48;

const line = bridge<ToDrift, FromDrift>((value) => received<ToDrift>(toDrift, value));
const main = document.getElementById('main')!;
const state = {
  report: null as Report | null,
  /** Thresholds of the run, and those that are tried; null: it left none. */
  given: null as Band | null,
  band: null as Band | null,
  brush: null as Band | null,
  past: [] as PastRun[],
  faces: new Map<Variant, Map<string, Sample>>(),
  asked: new Set<string>(),
  opening: { at: 'reading' } as Opening,
  problem: '',
  said: '',
};

const save = (name: string, text: string) => line.tell({ type: 'save', name, text });
const change = (next: Partial<typeof state>) => {
  Object.assign(state, next);
  show();
};

function need(from: Variant, ids: readonly string[]): void {
  const fresh = ids.filter((id) => !state.asked.has(`${from} ${id}`));
  for (const id of fresh) state.asked.add(`${from} ${id}`);
  if (fresh.length > 0) line.tell({ type: 'need', from, ids: fresh });
}

function show(): void {
  const { report, opening } = state;
  render(
    report ? (
      <Page report={report} />
    ) : (
      <BeforePage
        title={t('Drift')}
        words={t('Reading what the detector left…')}
        opening={opening}
        turn={(next) => change({ opening: next })}
        tell={line.tell}
      >
        <button type="button" onClick={() => line.tell({ type: 'choose' })}>
          {t('Choose a Run…')}
        </button>
      </BeforePage>
    ),
    main,
  );
}

function Page({ report }: { report: Report }) {
  const { losses, trials, byClass } = report;
  const { band, given, brush, past, faces } = state;
  const count = (one: Band) =>
    Math.round((countOutside(losses.test, one.low, one.high) * losses.totals.test) / Math.max(1, losses.test.length));
  const moved = isMoved();
  const outside = ({ loss, critical, anomalous }: Inspected) =>
    band ? loss < band.low || loss > band.high : critical || anomalous;
  const chosen = losses.shown.filter((one) => (brush ? one.loss >= brush.low && one.loss <= brush.high : outside(one)));
  const gallery = chosen.toSorted((a, b) => Number(b.critical) - Number(a.critical) || b.loss - a.loss).slice(0, MOST);
  const { features } = losses;
  return (
    <div class="page">
      <header class="bar">
        <h1>{t('Drift: {0} in {1}', report.node, report.workflow)}</h1>
        <button type="button" onClick={() => line.tell({ type: 'choose' })}>
          {t('Run {0}…', report.run)}
        </button>
        <span>{verdict(report)}</span>
        {report.task === null ? null : (
          <button type="button" class="primary" onClick={() => line.tell({ type: 'label' })}>
            {t('Label the Critical Samples')}
          </button>
        )}
      </header>
      <Stale here={report.run} past={past} />
      {state.problem ? (
        <Problem message={state.problem} retry={() => line.tell({ type: 'ready' })} tell={line.tell} />
      ) : null}
      <Figure
        title={report.score.charAt(0).toUpperCase() + report.score.slice(1)}
        name={`loss-${report.run}`}
        head={[t('set'), t('loss')]}
        rows={(['train', 'test'] as const).flatMap((set) => Array.from(losses[set], (loss) => [set, loss]))}
        table={binned(losses, given)}
        save={save}
        aside={
          band && given ? (
            <div class="bar what-if">
              <span role="status">
                {moved ? `${count(given)} → ` : ''}
                <b>{t('{0} of {1} outside', count(band), losses.totals.test)}</b>
              </span>
              <button type="button" disabled={!moved} onClick={() => change({ band: given, said: '' })}>
                {t('Reset')}
              </button>
              <button type="button" class={moved ? 'primary' : ''} disabled={!moved} onClick={writeTried}>
                {t('Apply to Source')}
              </button>
              <span class="quiet" role="status">
                {state.said}
              </span>
            </div>
          ) : null
        }
      >
        <LossPlot
          losses={losses}
          score={report.score}
          given={given}
          band={band}
          move={(next) => change({ band: next, said: '' })}
          brush={brush}
          choose={(next) => change({ brush: next })}
        />
      </Figure>
      {brush ? (
        <p class="bar">
          {t('Losses from {0} to {1}', figure(brush.low), figure(brush.high))}
          <button type="button" onClick={() => change({ brush: null })}>
            {t('Show Those Outside')}
          </button>
        </p>
      ) : null}
      <Gallery samples={gallery} chosen={chosen.length} faces={faces} need={need} pictures={features.width > 0} />
      <div class="columns">
        {trials.length > 0 ? <Trials report={report} /> : null}
        {features.critical.length > 0 ? (
          <Figure
            title={features.width > 0 ? t('Error by pixel') : t('Error by feature')}
            name={`error-${report.run}`}
            head={[t('feature'), t('critical'), t('others')]}
            rows={Array.from(features.critical, (value, at) => [
              features.width > 0
                ? `${at % features.width},${Math.floor(at / features.width)}`
                : (features.names[at] ?? ''),
              value,
              features.others[at] ?? 0,
            ])}
            save={save}
          >
            <FeatureErrors features={features} />
          </Figure>
        ) : null}
        {byClass.length > 0 ? (
          <Figure
            title={t('By the class that a person gave')}
            name={`classes-${report.run}`}
            head={[t('class'), t('samples'), t('mean loss')]}
            rows={byClass.map(({ label, count: samples, loss }) => [label, samples, loss])}
            save={save}
          >
            <ClassStrips classes={byClass} band={band} score={report.score} />
          </Figure>
        ) : null}
      </div>
      {past.length > 1 ? (
        <Figure
          title={t('Over runs')}
          name="drift-over-runs"
          head={[t('run'), t('at'), 'p', t('share outside'), t('low'), t('high')]}
          rows={past.map(({ run, at, pValue, share, low, high }) => [run, at, pValue, share, low, high])}
          save={save}
        >
          <Ridges runs={past} here={report.run} score={report.score} />
        </Figure>
      ) : null}
      {trials.length === 0 ? <p class="quiet">{t('The detector left no report of its trials.')}</p> : null}
    </div>
  );
}

/** Says that this is not the newest there is. */
function Stale({ here, past }: { here: string; past: readonly PastRun[] }) {
  const newest = past.at(-1);
  if (!newest || newest.run === here) return null;
  return (
    <p class="bar stale" role="status">
      {t('From run {0}: a newer run has a report.', here)}
      <button type="button" onClick={() => line.tell({ type: 'open', run: newest.run })}>
        {t('Show {0}', newest.run)}
      </button>
    </p>
  );
}

function Trials({ report }: { report: Report }) {
  const { trials, run } = report;
  return (
    <Figure
      title={t('Trials of the thresholds')}
      name={`trials-${run}`}
      head={[t('quantiles'), t('low'), t('high'), t('outside')]}
      rows={trials.map(({ high, low, thresholdLow, thresholdHigh, count }) => [
        `${high}/${low}`,
        thresholdLow,
        thresholdHigh,
        count,
      ])}
      save={save}
      aside={
        <div class="bar">
          {trials.map(({ high, low, thresholdLow, thresholdHigh }) => (
            <button
              type="button"
              key={high}
              aria-pressed={state.band?.low === thresholdLow && state.band.high === thresholdHigh}
              onClick={() => change({ band: { low: thresholdLow, high: thresholdHigh }, said: '' })}
            >
              {figure(high)} / {figure(low)}
            </button>
          ))}
        </div>
      }
    />
  );
}

/** What the detector decided, by its own rate of false alarms. */
function verdict({ drifted, pValue }: Report): string {
  if (pValue === null) return '';
  const shown = pValue < 1e-4 ? 'p < 0.0001' : `p ${figure(pValue)}`;
  return drifted ? `▲ ${t('The batch has drifted ({0})', shown)}` : t('The batch has not drifted ({0})', shown);
}

function isMoved(): boolean {
  const { band, given } = state;
  return band?.low !== given?.low || band?.high !== given?.high;
}

/** What the button does, by command. */
function writeTried(): void {
  const { report, band } = state;
  if (!report || !band) return;
  const moved = isMoved();
  if (moved && report.writable) line.tell({ type: 'apply', ...band });
  else change({ said: moved ? whyNot(report) : t('Move a threshold first.') });
}

function whyNot({ score }: Report): string {
  return score === BAND
    ? t('It is one of several versions, or of a candidate: write `thresholds` below its node yourself.')
    : t('Only thresholds of the reconstruction loss can be written, and this detector goes by another score.');
}

line.listen((message) => {
  switch (message.type) {
    case 'report': {
      const last = message.trials.at(-1);
      const given = last ? { low: last.thresholdLow, high: last.thresholdHigh } : null;
      remember({ key: message.key, run: message.run, step: message.step });
      state.faces.clear();
      state.asked.clear();
      return change({ report: message, given, band: given, brush: null, problem: '', said: '', past: [] });
    }
    case 'past':
      return change({ past: message.runs });
    case 'samples': {
      const kept = state.faces.get(message.from) ?? new Map<string, Sample>();
      for (const { id, sample } of message.samples) kept.set(id, sample);
      state.faces.set(message.from, kept);
      return show();
    }
    case 'applied':
      return change({ said: `✓ ${t('Written to the workflow. Run again to use it.')}` });
    case 'write':
      return writeTried();
    case 'failed':
      return change({ problem: message.message, opening: { at: 'failed', message: message.message } });
  }
});

show();
line.tell({ type: 'ready' });

/** Rows of the table of losses. */
const BINS = 20;

/** How many of both sets lie where: what the plot draws, as numbers, and what lies beyond its ends. */
function binned({ train, test }: LossesAnswer, given: Band | null) {
  const [from, to] = rangeOf([train, test], given ? [given.low, given.high] : []);
  const edge = (at: number) => figure(from + ((to - from) * at) / BINS);
  const row = (name: string, of: (sorted: LossesAnswer['train']) => number): [string, number, number] => [
    name,
    of(train),
    of(test),
  ];
  const within = Array.from({ length: BINS }, (_, at) =>
    row(t('{0} to {1}', edge(at), edge(at + 1)), (sorted) => counts(sorted, [from, to], BINS)[at]!),
  );
  const beyond = [
    row(t('less'), (sorted) => countBelow(sorted, from)),
    row(t('more'), (sorted) => sorted.length - countBelow(sorted, to, true)),
  ].filter(([, known, incoming]) => known + incoming > 0);
  return { head: [t('loss'), t('training'), t('incoming')], rows: [...within, ...beyond] };
}
