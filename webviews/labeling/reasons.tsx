import { useEffect, useRef } from 'preact/hooks';
import { t } from '../words';

/** Why a sample can't be labelled, as it is kept; each has the key of its place. */
const WORDS = new Map(
  Object.entries({
    unreadable: t('unreadable'),
    'more than one class': t('more than one class'),
    'no such class': t('no such class'),
    'not a sample': t('not a sample'),
    'a duplicate': t('a duplicate'),
  }),
);
export const REASONS = [...WORDS.keys()];

/** As people read it; one's own words stay. */
export const reasonInWords = (reason: string): string => WORDS.get(reason) ?? reason;

/** Asks why a sample is skipped: one key, or words of one's own. */
export function Reasons({ choose, close }: { choose: (reason: string) => void; close: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <fieldset
      class="reasons"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <legend>{t('Why is it skipped?')}</legend>
      {REASONS.map((reason, at) => (
        <button type="button" key={reason} ref={at === 0 ? first : undefined} onClick={() => choose(reason)}>
          <kbd>{at + 1}</kbd> {reasonInWords(reason)}
        </button>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const words = field.current?.value.trim();
          if (words) choose(words);
        }}
      >
        <input
          ref={field}
          aria-label={t('Another reason')}
          placeholder={t('Another reason, then Enter')}
          maxLength={200}
        />
      </form>
      <button type="button" onClick={close}>
        {t("Don't skip")}
      </button>
    </fieldset>
  );
}
