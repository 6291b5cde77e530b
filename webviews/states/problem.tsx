import type { ComponentChildren } from 'preact';
import type { FromAnyone } from '../../extension/messages/aid';
import { t } from '../words';

interface Shown {
  /** What failed, and what to do. */
  message: string;
  /** None: there is nothing to try again. */
  retry?: (() => void) | undefined;
  tell: (message: FromAnyone) => void;
  /** Other ways out. */
  children?: ComponentChildren;
}

/** What failed, where it was to be seen, with what can be done about it. */
export function Problem({ message, retry, tell, children }: Shown) {
  return (
    <section class="problem" aria-label={t('Problem')}>
      <p role="alert">{message}</p>
      <div class="bar">
        {retry ? (
          <button type="button" onClick={retry}>
            {t('Retry')}
          </button>
        ) : null}
        {children}
        <button type="button" onClick={() => tell({ type: 'openLog' })}>
          {t('Open Log')}
        </button>
        <button type="button" onClick={() => tell({ type: 'copy', text: message })}>
          {t('Copy')}
        </button>
      </div>
    </section>
  );
}
