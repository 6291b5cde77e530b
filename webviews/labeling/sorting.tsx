import { t } from '../words';
import { type Arrangement, FILTERS, SORTS } from './arrange';

interface Shown {
  arrangement: Arrangement;
  /** How many samples are shown. */
  shown: number;
  arrange: (next: Partial<Arrangement>) => void;
}

/** In which order the samples of the grid are shown, and which. */
export function Sorting({ arrangement: { sort, filter }, shown, arrange }: Shown) {
  return (
    <div class="sorting">
      <Choice name={t('Sort')} value={sort} choices={SORTS} choose={(value) => arrange({ sort: value })} />
      <Choice name={t('Show')} value={filter} choices={FILTERS} choose={(value) => arrange({ filter: value })} />
      <span class="quiet" role="status">
        {t('{0} shown', shown)}
      </span>
    </div>
  );
}

interface ChoiceOf<T extends string> {
  name: string;
  value: T;
  choices: readonly (readonly [T, string])[];
  choose: (value: T) => void;
}

function Choice<T extends string>({ name, value, choices, choose }: ChoiceOf<T>) {
  return (
    <label>
      {name}{' '}
      <select value={value} onChange={(event) => choose(event.currentTarget.value as T)}>
        {choices.map(([one, said]) => (
          <option key={one} value={one}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}
