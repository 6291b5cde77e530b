/** Nothing is open. */
export function Nothing({ message, waiting, open }: { message: string; waiting: number; open: () => void }) {
  return (
    <div class="none">
      <h1>Labeling</h1>
      <p role="status">{message}</p>
      {waiting > 0 ? <OpenTask open={open} /> : null}
    </div>
  );
}

interface Closed {
  run: string | null;
  labelled: number;
  skipped: number;
  classes: string[];
  counts: number[];
  again: number;
  same: number;
  blind: number;
  /** Seconds a label. */
  pace: number | null;
  waiting: number;
  open: () => void;
}

/** A task is done: what was said, and what comes of it. */
export function Done({ run, labelled, skipped, classes, counts, again, same, blind, pace, waiting, open }: Closed) {
  const most = Math.max(1, ...counts);
  return (
    <div class="none">
      <h1>Done</h1>
      <p role="status">
        Done: {labelled} labelled{skipped > 0 ? `, ${skipped} skipped` : ''}
        {pace === null ? '' : `, ${pace.toFixed(1)} s each`}.{' '}
        {run === null ? 'The run is kept as it is.' : 'The run goes on.'}
      </p>
      {again > 0 ? (
        <p>
          {again} asked a second time: {same} answered the same.
        </p>
      ) : null}
      {blind < labelled ? (
        <p>
          {blind} of {labelled} answered before a machine's word was seen.
        </p>
      ) : null}
      {counts.some((count) => count > 0) ? (
        <table class="balance">
          <caption>Labels a class</caption>
          <tbody>
            {classes.map((name, at) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <meter min={0} max={most} value={counts[at]} aria-label={`Class ${name}`} />
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

function OpenTask({ open }: { open: () => void }) {
  return (
    <button type="button" class="primary" onClick={open}>
      Open Human Task
    </button>
  );
}
