const KEYS: [string, string][] = [
  ['1 … 9, 0', 'The class or clean sample with this number'],
  ['⇧ 1 … ⇧ 0', 'Those from 11 to 20'],
  ['Enter', 'What is suggested, where it is shown; the nearest clean sample'],
  ['S', 'Skip: nobody can say'],
  ['⇧ S', 'Skip, and say why'],
  ['F', 'Flag for a second look'],
  ['U, Ctrl+Z', 'Undo: the last sample is at hand again'],
  ['Ctrl+Shift+Z', 'Redo'],
  ['← →', 'The sample before, the next one'],
  ['I', 'Original, reconstruction, error, overlay'],
  ['B', 'Held: the reconstruction'],
  ['P', 'Show how severe it is, and what is suggested'],
  ['G', 'All samples as a grid'],
  ['W', 'Finder: more clean samples'],
  ['L', 'Finder: only those of the best one’s class'],
  ['?', 'These keys'],
];

const GRID: [string, string][] = [
  ['↑ ↓', 'The sample above, below'],
  ['⇧ arrows', 'Select on the way'],
  ['Space', 'Select this one, or no longer'],
  ['Ctrl+A', 'Select all that are shown'],
  ['Esc', 'Select none'],
  ['Pointer', 'Drag selects, ⇧ extends, Ctrl adds'],
];

/** What the keys do. They can be changed like all of VS Code's. */
export function Keys({ close }: { close: () => void }) {
  const list = (keys: [string, string][]) => (
    <dl>
      {keys.map(([key, what]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <div class="keys">
      <h1>Keys</h1>
      {list(KEYS)}
      <h2>In the grid</h2>
      {list(GRID)}
      <p class="quiet">
        All but the grid's own are VS Code's keyboard shortcuts: search there for "Scanflow" to change them.
      </p>
      <button type="button" class="primary" onClick={close}>
        Back
      </button>
    </div>
  );
}
