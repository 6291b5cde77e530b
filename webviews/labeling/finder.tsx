import type { Sample } from '../../extension/messages/labeling';
import { t } from '../words';
import { difference, type Image } from './paint';
import { Picture, SampleView } from './sample-view';
import { keyOf, type Session, twinsOf } from './session';

interface Shown {
  session: Session;
  clean: ReadonlyMap<string, Sample>;
  choose: (choice: string) => void;
  widen: () => void;
  sameClass: () => void;
}

/** The clean samples nearest to the critical one at hand, to choose its twin from. */
export function Twins({ session, clean, choose, widen, sameClass }: Shown) {
  const twins = twinsOf(session);
  const given = session.items[session.at]?.answer ?? null;
  const labelled = twins.some(({ label }) => label !== null);
  return (
    <div class="twins">
      <fieldset class="candidates" aria-label={t('Clean samples')}>
        {twins.map(({ id, label, distance }, index) => (
          <button
            type="button"
            key={id}
            onClick={() => choose(id)}
            aria-pressed={given === id}
            aria-label={[
              t('Clean sample {0}', index + 1),
              ...(label === null ? [] : [t('class {0}', label)]),
              ...(Number.isNaN(distance) ? [] : [t('distance {0}', distance.toFixed(2))]),
            ].join(', ')}
          >
            <SampleView sample={clean.get(id)} name={t('Clean sample {0}', index + 1)} size="small" />
            <span class="twin" aria-hidden="true">
              {keyOf(session, index) ? <kbd>{keyOf(session, index)}</kbd> : null}
              {label === null ? null : <b>{label}</b>}
              {Number.isNaN(distance) ? null : <span>{distance.toFixed(2)}</span>}
            </span>
          </button>
        ))}
      </fieldset>
      <div class="actions">
        <button type="button" onClick={widen}>
          <kbd>W</kbd> {t('More ({0})', twins.length)}
        </button>
        {labelled ? (
          <button type="button" onClick={sameClass} aria-pressed={session.sameClass}>
            <kbd>L</kbd> {t('Same class')}
          </button>
        ) : null}
      </div>
    </div>
  );
}

/** The critical sample beside the clean one that is chosen, or the best, and how far they are apart. */
export function Beside({
  session,
  sample,
  clean,
}: {
  session: Session;
  sample: Sample | undefined;
  clean: Shown['clean'];
}) {
  const twins = twinsOf(session);
  const chosen = session.items[session.at]?.answer ?? twins[0]?.id;
  const other = chosen === undefined ? undefined : clean.get(chosen);
  const apart = sample?.kind === 'image' && other?.kind === 'image' ? difference(sample, other as Image) : null;
  return (
    <div class="beside">
      <figure>
        <SampleView sample={sample} name={t('The critical sample')} size="small" />
        <figcaption>{t('critical')}</figcaption>
      </figure>
      <figure>
        <SampleView sample={other} name={t('The clean sample')} size="small" />
        <figcaption>{session.items[session.at]?.answer ? t('chosen') : t('nearest')}</figcaption>
      </figure>
      {apart ? (
        <figure>
          <Picture sample={apart} name={t('The difference of both')} size="small" />
          <figcaption>{t('difference')}</figcaption>
        </figure>
      ) : null}
    </div>
  );
}
