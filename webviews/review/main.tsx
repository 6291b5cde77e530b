import { render } from 'preact';
import { isRejectedByGate } from '../../engine/protocol/rejected-by-gate';
import { received } from '../../extension/messages';
import { type FromReview, type Review, type ToReview, toReview } from '../../extension/messages/review';
import { bridge, remember } from '../bridge';
import { Figure } from '../plots/figure';
import { Gains } from '../plots/gains';
import { BeforePage, type Opening } from '../states/opening';
import { Problem } from '../states/problem';
import { t } from '../words';
import { difference, gateResults, heldBackOf, threeScores, writerOf } from './scores';
import { gainOfLabel, Worth } from './worth';

const line = bridge<ToReview, FromReview>((value) => received<ToReview>(toReview, value));
const main = document.getElementById('main')!;
const save = (name: string, text: string) => line.tell({ type: 'save', name, text });

const STATES: Record<Review['decision']['state'], string> = {
  waiting: `● ${t('waits for you')}`,
  promoted: `✓ ${t('promoted')}`,
  rejected: `✗ ${t('rejected')}`,
  'rolled-back': `↶ ${t('rolled back')}`,
};

const VERDICTS = { better: t('better'), worse: t('worse'), same: t('same') };

/** The review that was told last stays while the next can't be read: only what it said may have changed. */
let shown: Extract<ToReview, { type: 'review' }> | null = null;

function show(message: ToReview): void {
  const failed = message.type === 'failed' ? message.message : '';
  if (message.type === 'review') {
    remember({ key: message.key, decision: message.review.decision.id });
    shown = message;
  }
  if (shown) render(<Page review={shown.review} current={shown.current} problem={failed} />, main);
  else open({ at: 'failed', message: failed });
}

function open(opening: Opening): void {
  const words = t('Reading the candidate…');
  render(<BeforePage title={t('Model Review')} words={words} opening={opening} turn={open} tell={line.tell} />, main);
}

function Page({ review, current, problem }: { review: Review; current: boolean; problem: string }) {
  const { decision, models, workflow, run, labels, changes, scores, earlier } = review;
  const [model] = models;
  const say = writerOf(decision.metric);
  const given = [
    labels.by.length > 0
      ? t('{0} given by {1}', labels.answered, labels.by.join(', '))
      : t('{0} given', labels.answered),
    t('{0} skipped', labels.skipped),
  ].join(', ');
  const again = t('of {0} asked a second time {1} were answered the same', labels.again, labels.same);
  // Without labels nothing of it is tried again.
  const mayDrop = isRejectedByGate(decision) && labels.answered > 0;
  const reject = (
    <button type="button" onClick={() => line.tell({ type: 'reject' })}>
      {t('Reject…')}
    </button>
  );
  return (
    <div class="page">
      <header>
        <h1>
          {model ? `${model.name} v${model.candidate}` : t('Candidate of {0}', decision.improver)}{' '}
          <span class={`state ${decision.state}`}>{STATES[decision.state]}</span>
        </h1>
        <p class="quiet">
          {model?.champion && model.champion !== model.candidate
            ? `${decision.state === 'waiting' ? t('would replace v{0}', model.champion) : t('stands against v{0}', model.champion)} · `
            : ''}
          {t('proposed by {0} in {1}', decision.improver, workflow)}
        </p>
      </header>
      {problem ? <Problem message={problem} retry={() => line.tell({ type: 'ready' })} tell={line.tell} /> : null}
      <section class="figure" aria-label={t('Scores')}>
        <div class="head">
          <h2>
            {decision.metric}, {decision.goal === 'maximize' ? t('more is better') : t('less is better')}
          </h2>
        </div>
        <table class="scores stacks">
          <thead>
            <tr>
              <th scope="col">{t('on')}</th>
              <th scope="col">{t('champion')}</th>
              <th scope="col">{t('candidate')}</th>
              <th scope="col">{t('difference')}</th>
            </tr>
          </thead>
          <tbody>
            {threeScores(review).map((one) => (
              <tr key={one.name} class={one.verdict ?? ''}>
                <th scope="row">{one.name}</th>
                <td data-head={t('champion')}>{say(one.champion)}</td>
                <td data-head={t('candidate')}>
                  <b>{say(one.candidate)}</b>
                </td>
                <td class="difference" data-head={t('difference')}>
                  {difference(one, say)} <span class="word">{one.verdict && VERDICTS[one.verdict]}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="figure" aria-label={t('The gate')}>
        <div class="head">
          <h2>{t('The gate')}</h2>
        </div>
        <ul class="gate">
          {gateResults(decision, heldBackOf(review)).map(({ rule, met }) => (
            <li key={rule} class={met ? 'better' : 'worse'}>
              <span class="difference">{met ? '✓' : '✗'}</span> {rule}
              <span class="unseen">, {met ? t('met') : t('not met')}</span>
            </li>
          ))}
        </ul>
        <p class="quiet">
          {decision.reason}
          {decision.by ? ` — ${decision.by}` : ''}
          {decision.at ? `, ${new Date(decision.at).toLocaleString()}` : ''}
        </p>
      </section>
      <section class="figure" aria-label={t('Where it comes from')}>
        <div class="head">
          <h2>{t('Where it comes from')}</h2>
        </div>
        <dl>
          <dt>{t('Changes')}</dt>
          <dd>{changes.join('; ') || t('nothing')}</dd>
          <dt>{t('Labels')}</dt>
          <dd>{labels.again > 0 ? `${given}; ${again}` : given}</dd>
          {labels.answered > 0 ? (
            <>
              <dt>{t('Their worth')}</dt>
              <dd>
                <Worth review={review} />
              </dd>
            </>
          ) : null}
          <dt>{t('Lineage')}</dt>
          <dd>
            {t('run {0}', run)}
            {model ? ` › ${model.step}` : ''}
          </dd>
        </dl>
        <div class="bar">
          <button type="button" onClick={() => line.tell({ type: 'compare' })}>
            {t('Compare Runs…')}
          </button>
          {model ? (
            <button type="button" onClick={() => line.tell({ type: 'log', step: model.step })}>
              {t('Show Log')}
            </button>
          ) : null}
        </div>
      </section>
      {scores.length > 0 ? (
        <Figure
          title={t('All metrics')}
          name={`review-${decision.id}`}
          head={[t('metric'), t('on'), t('champion'), t('candidate'), t('difference')]}
          rows={scores.map(({ on, node, metric, champion, candidate }) => [
            `${node}.${metric}`,
            on,
            champion ?? Number.NaN,
            candidate ?? Number.NaN,
            difference({ champion, candidate }, writerOf(metric)),
          ])}
          save={save}
        />
      ) : null}
      {earlier.length > 0 ? (
        <Figure
          title={t('What labels gained before')}
          name={`gains-${workflow}`}
          head={[t('candidate'), t('labels'), t('gain'), t('a label'), t('became')]}
          rows={earlier.map((one) => [one.decision, one.labels, one.gain, gainOfLabel(one), STATES[one.state]])}
          save={save}
        >
          {earlier.some(({ labels: count }) => count > 0) ? <Gains earlier={earlier} /> : null}
        </Figure>
      ) : null}
      {mayDrop ? (
        <p>
          {t(
            'The labels that this candidate learned from are tried again in the next cycle, unless one that learned from them came further. Where they are wrong, reject it: they are left out from then on.',
          )}
        </p>
      ) : null}
      <footer class="bar">
        {mayDrop ? reject : null}
        {decision.state === 'waiting' ? (
          <>
            {reject}
            <button type="button" class="primary" onClick={() => line.tell({ type: 'authorise' })}>
              {t('Authorise…')}
            </button>
          </>
        ) : decision.state === 'promoted' && current ? (
          <button type="button" onClick={() => line.tell({ type: 'rollBack' })}>
            {t('Roll Back…')}
          </button>
        ) : null}
      </footer>
    </div>
  );
}

line.listen(show);
open({ at: 'reading' });
line.tell({ type: 'ready' });
