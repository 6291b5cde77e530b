import type { ComponentChildren } from 'preact';
import type { FromAnyone } from '../../extension/messages/aid';
import { t } from '../words';
import { Problem } from './problem';
import { Waiting } from './waiting';

/** How far a page is that shows nothing yet. */
export type Opening = { at: 'reading' } | { at: 'stopped' } | { at: 'failed'; message: string };

interface Shown {
  title: string;
  /** What is being read: `Reading the runs…`. */
  words: string;
  opening: Opening;
  turn: (opening: Opening) => void;
  tell: (message: FromAnyone | { type: 'ready' }) => void;
  /** Other ways out where it failed or was stopped. */
  children?: ComponentChildren;
}

/** A page before what it is about is there: being read, given up, or failed. */
export function BeforePage({ title, words, opening, turn, tell, children }: Shown) {
  const read = () => {
    turn({ at: 'reading' });
    tell({ type: 'ready' });
  };
  const stop = () => {
    turn({ at: 'stopped' });
    tell({ type: 'cancel' });
  };
  return (
    <div class="page">
      <h1>{title}</h1>
      {opening.at === 'reading' ? (
        <Waiting words={words} cancel={stop} />
      ) : opening.at === 'failed' ? (
        <Problem message={opening.message} retry={read} tell={tell}>
          {children}
        </Problem>
      ) : (
        <>
          <p role="status">{t('Stopped.')}</p>
          <div class="bar">
            <button type="button" onClick={read}>
              {t('Retry')}
            </button>
            {children}
          </div>
        </>
      )}
    </div>
  );
}
