import { t } from '../words';

const KEYS: [string, string][] = [
  ['1 … 9, 0', t('The class or clean sample with this number')],
  ['⇧ 1 … ⇧ 0', t('Those from 11 to 20')],
  ['Enter', t('What is suggested, where it is shown; the nearest clean sample')],
  ['S', t('Skip: nobody can say')],
  ['⇧ S', t('Skip, and say why')],
  ['F', t('Flag for a second look')],
  ['U, Ctrl+Z', t('Undo: the last sample is at hand again')],
  ['Ctrl+Shift+Z', t('Redo')],
  ['← →', t('The sample before, the next one')],
  ['I', t('Original, reconstruction, error, overlay')],
  ['B', t('Held: the reconstruction')],
  ['P', t('Show how severe it is, and what is suggested')],
  ['G', t('All samples as a grid')],
  ['W', t('Finder: more clean samples')],
  ['L', t('Finder: only those of the best one’s class')],
  ['?', t('These keys')],
];

const GRID: [string, string][] = [
  ['↑ ↓', t('The sample above, below')],
  [t('⇧ arrows'), t('Select on the way')],
  [t('Space'), t('Select this one, or no longer')],
  ['Ctrl+A', t('Select all that are shown')],
  ['Esc', t('Select none')],
  [t('Pointer'), t('Drag selects, ⇧ extends, Ctrl adds')],
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
      <h1>{t('Keys')}</h1>
      {list(KEYS)}
      <h2>{t('In the grid')}</h2>
      {list(GRID)}
      <p class="quiet">
        {t('All but the grid\'s own are VS Code\'s keyboard shortcuts: search there for "Scanflow" to change them.')}
      </p>
      <button type="button" class="primary" onClick={close}>
        {t('Back')}
      </button>
    </div>
  );
}
