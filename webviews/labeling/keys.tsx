import { keysOf, keyText } from '../key-text';
import { t } from '../words';
import { LABELING_KEYS } from './key-table';

/** What is held is no key binding: VS Code has none that end. */
const HELD: [string, string] = ['B', t('Held: the reconstruction')];
const KEYS = LABELING_KEYS.map((row): [string, string] => [keysOf(row), row.what]);

const BACK = 'Esc';

const GRID: [string, string][] = [
  ['↑ ↓', t('The sample above, below')],
  [t('⇧ arrows'), t('Select on the way')],
  [t('Space'), t('Select this one, or no longer')],
  [keyText('ctrl+a'), t('Select all that are shown')],
  ['Esc', t('Select none')],
  [t('Pointer'), t('Drag selects, ⇧ extends, {0} adds', keyText('ctrl'))],
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
      <div class="head">
        <h1>{t('Keys')}</h1>
        <button type="button" class="primary" onClick={close}>
          {t('Back')} <kbd>{BACK}</kbd>
        </button>
      </div>
      {list([...KEYS, HELD])}
      <h2>{t('In the grid')}</h2>
      {list(GRID)}
      <p class="quiet">
        {t('All but the grid\'s own are VS Code\'s keyboard shortcuts: search there for "Scanflow" to change them.')}
      </p>
    </div>
  );
}
