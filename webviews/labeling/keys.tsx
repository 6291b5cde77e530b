const KEYS: [string, string][] = [
  ['1 … 9, 0', 'The class or clean sample with this number'],
  ['⇧ 1 … ⇧ 0', 'Those from 11 to 20'],
  ['S', 'Skip: nobody can say'],
  ['F', 'Flag for a second look'],
  ['U, Ctrl+Z', 'Undo: the last sample is at hand again'],
  ['Ctrl+Shift+Z', 'Redo'],
  ['← →', 'The sample before, the next one'],
  ['?', 'These keys'],
];

/** What the keys do. They can be changed like all of VS Code's. */
export function Keys({ close }: { close: () => void }) {
  return (
    <div class="keys">
      <h1>Keys</h1>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet">They are VS Code's keyboard shortcuts: search there for "Scanflow" to change them.</p>
      <button type="button" class="primary" onClick={close}>
        Back
      </button>
    </div>
  );
}
