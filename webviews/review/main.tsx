import { render } from 'preact';
import { received } from '../../extension/messages';
import { type FromReview, type Review, type ToReview, toReview } from '../../extension/messages/review';
import { bridge, remember } from '../bridge';
import { Figure } from '../plots/figure';
import { figure } from '../plots/scale';
import { difference, gateResults, threeScores } from './scores';

const line = bridge<ToReview, FromReview>((value) => received<ToReview>(toReview, value));
const main = document.getElementById('main')!;
const save = (name: string, text: string) => line.tell({ type: 'save', name, text });

const STATES: Record<Review['decision']['state'], string> = {
  waiting: '● waits for you',
  promoted: '✓ promoted',
  rejected: '✗ rejected',
  'rolled-back': '↶ rolled back',
};

function show(message: ToReview | null): void {
  if (message?.type === 'review') {
    remember({ key: message.key, decision: message.review.decision.id });
    render(<Page review={message.review} current={message.current} />, main);
    return;
  }
  render(
    <div class="page">
      <h1>Model Review</h1>
      <p role="status" class={message ? 'problem' : 'quiet'}>
        {message ? message.message : 'Reading the candidate…'}
      </p>
      {message ? (
        <div class="bar">
          <button type="button" onClick={() => line.tell({ type: 'ready' })}>
            Retry
          </button>
        </div>
      ) : null}
    </div>,
    main,
  );
}

function Page({ review, current }: { review: Review; current: boolean }) {
  const { decision, models, workflow, run, labels, changes, scores, earlier } = review;
  const [model] = models;
  const people = labels.by.length > 0 ? ` by ${labels.by.join(', ')}` : '';
  return (
    <div class="page">
      <header>
        <h1>
          {model ? `${model.name} v${model.candidate}` : `Candidate of ${decision.improver}`}{' '}
          <span class={`state ${decision.state}`}>{STATES[decision.state]}</span>
        </h1>
        <p class="quiet">
          {model?.champion && model.champion !== model.candidate
            ? `${decision.state === 'waiting' ? 'would replace' : 'stands against'} v${model.champion} · `
            : ''}
          proposed by {decision.improver} in {workflow}
        </p>
      </header>
      <section class="figure" aria-label="Scores">
        <div class="head">
          <h2>
            {decision.metric}, {decision.goal === 'maximize' ? 'more is better' : 'less is better'}
          </h2>
        </div>
        <table class="scores">
          <thead>
            <tr>
              <th scope="col">on</th>
              <th scope="col">champion</th>
              <th scope="col">candidate</th>
              <th scope="col">difference</th>
            </tr>
          </thead>
          <tbody>
            {threeScores(review).map((one) => (
              <tr key={one.name} class={one.verdict ?? ''}>
                <th scope="row">{one.name}</th>
                <td>{figure(one.champion)}</td>
                <td>
                  <b>{figure(one.candidate)}</b>
                </td>
                <td class="difference">
                  {difference(one)} <span class="word">{one.verdict}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="figure" aria-label="The gate">
        <div class="head">
          <h2>The gate</h2>
        </div>
        <ul class="gate">
          {gateResults(decision).map(({ rule, met }) => (
            <li key={rule} class={met ? 'better' : 'worse'}>
              <span class="difference">{met ? '✓' : '✗'}</span> {rule}
              <span class="unseen">{met ? ', met' : ', not met'}</span>
            </li>
          ))}
        </ul>
        <p class="quiet">
          {decision.reason}
          {decision.by ? ` — ${decision.by}` : ''}
          {decision.at ? `, ${new Date(decision.at).toLocaleString()}` : ''}
        </p>
      </section>
      <section class="figure" aria-label="Where it comes from">
        <div class="head">
          <h2>Where it comes from</h2>
        </div>
        <dl>
          <dt>Changes</dt>
          <dd>{changes.join('; ') || 'nothing'}</dd>
          <dt>Labels</dt>
          <dd>
            {labels.answered} given{people}, {labels.skipped} skipped
            {labels.again > 0 ? `; of ${labels.again} asked a second time ${labels.same} were answered the same` : ''}
          </dd>
          <dt>Lineage</dt>
          <dd>
            run {run}
            {model ? ` › ${model.step}` : ''}
          </dd>
        </dl>
        <div class="bar">
          <button type="button" onClick={() => line.tell({ type: 'compare' })}>
            Compare Runs…
          </button>
          {model ? (
            <button type="button" onClick={() => line.tell({ type: 'log', step: model.step })}>
              Show Log
            </button>
          ) : null}
        </div>
      </section>
      {scores.length > 0 ? (
        <Figure
          title="All metrics"
          name={`review-${decision.id}`}
          head={['metric', 'on', 'champion', 'candidate', 'difference']}
          rows={scores.map(({ on, node, metric, champion, candidate }) => [
            `${node}.${metric}`,
            on,
            champion,
            candidate,
            difference({ champion, candidate }),
          ])}
          save={save}
        />
      ) : null}
      {earlier.length > 0 ? (
        <Figure
          title="What labels gained before"
          name={`gains-${workflow}`}
          head={['candidate', 'labels', 'gain', 'became']}
          rows={earlier.map(({ decision: id, labels: given, gain, state }) => [id, given, gain, state])}
          save={save}
        />
      ) : null}
      <footer class="bar">
        {decision.state === 'waiting' ? (
          <>
            <button type="button" onClick={() => line.tell({ type: 'reject' })}>
              Reject…
            </button>
            <button type="button" class="primary" onClick={() => line.tell({ type: 'authorise' })}>
              Authorise…
            </button>
          </>
        ) : decision.state === 'promoted' && current ? (
          <button type="button" onClick={() => line.tell({ type: 'rollBack' })}>
            Roll Back…
          </button>
        ) : null}
      </footer>
    </div>
  );
}

line.listen(show);
show(null);
line.tell({ type: 'ready' });
