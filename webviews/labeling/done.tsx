import { t } from '../words';

interface Closed {
  run: string | null;
  labelled: number;
  skipped: number;
  classes: string[];
  counts: number[];
  again: number;
  same: number;
  blind: number;
  pace: number | null;
  waiting: number;
  open: () => void;
}

/** A task is done: what was said, and what comes of it. */
export function Done({ run, labelled, skipped, classes, counts, again, same, blind, pace, waiting, open }: Closed) {
  const most = Math.max(1, ...counts);
  const done = [
    t('{0} labelled', labelled),
    ...(skipped > 0 ? [t('{0} skipped', skipped)] : []),
    ...(pace === null ? [] : [t('{0} s a label', pace.toFixed(1))]),
  ];
  return (
    <div class="none">
      <h1>{t('Done')}</h1>
      <p role="status">
        {t('Done: {0}.', done.join(', '))}{' '}
        {run === null ? t('The answers are kept for the next run.') : t('The run goes on by itself.')}
      </p>
      {again > 0 ? <p>{t('{0} asked a second time: {1} answered the same.', again, same)}</p> : null}
      {blind < labelled ? <p>{t("{0} of {1} answered before a machine's word was seen.", blind, labelled)}</p> : null}
      {counts.some((count) => count > 0) ? (
        <table class="balance">
          <caption>{t('Labels a class')}</caption>
          <tbody>
            {classes.map((name, at) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <meter min={0} max={most} value={counts[at]} aria-label={t('Class {0}', name)} />
                </td>
                <td>{counts[at]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {waiting > 0 ? <OpenTask open={open} /> : null}
    </div>
  );
}

export function OpenTask({ open }: { open: () => void }) {
  return (
    <button type="button" class="primary" onClick={open}>
      {t('Open Human Task')}
    </button>
  );
}
