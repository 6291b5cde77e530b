import { t } from '../words';
import { reasonInWords } from './reasons';
import { isSeen, type Session } from './session';

/** What is known of the sample at hand, as far as it may be seen; what became of the last answer. */
export function Facts({ session, reveal }: { session: Session; reveal: () => void }) {
  const { items, at } = session;
  const item = items[at]!;
  if (session.again !== null) {
    return (
      <p class="facts">
        <b role="status">{t('Asked again: what is it?')}</b>
        <Saved session={session} />
      </p>
    );
  }
  const { severity, suggestion } = item;
  const hidden = [severity === null ? [] : t('severity'), suggestion === null ? [] : t('suggestion')].flat();
  return (
    <p class="facts">
      <span>
        {t('Sample {0}', at + 1)}
        {item.flagged ? ' ⚑' : ''}
      </span>
      {hidden.length === 0 ? null : isSeen(session) ? (
        <>
          {severity === null ? null : <span>{t('severity {0}', Number(severity.toPrecision(3)))}</span>}
          {suggestion === null ? null : <span>{t('suggested {0}', inWords(suggestion))}</span>}
        </>
      ) : (
        <button type="button" class="link" onClick={reveal}>
          <kbd>P</kbd> {t('{0} hidden', hidden.join(', '))}
        </button>
      )}
      {item.reason === null ? null : <span>{t('skipped: {0}', reasonInWords(item.reason))}</span>}
      <Saved session={session} />
    </p>
  );
}

const inWords = ({ label, probability }: { label: string; probability: number | null }) =>
  probability === null ? label : `${label}, ${Math.round(100 * probability)} %`;

function Saved({ session: { items, at, marks } }: { session: Session }) {
  // The answer that was given last, whichever sample it was for: the one at hand is not answered yet.
  const last = [...marks].at(-1);
  if (!last) return null;
  const [id, mark] = last;
  const place = items.findIndex((item) => item.id === id);
  const which = place === at ? '' : ` (${t('sample {0}', place + 1)})`;
  const text = {
    saving: t('saving…'),
    saved: `✓ ${t('saved')}`,
    holding: t('saved in a moment'),
    refused: `✗ ${t('not saved')}`,
  }[mark];
  return <span class={`saved ${mark}`}>{`${text}${which}`}</span>;
}
