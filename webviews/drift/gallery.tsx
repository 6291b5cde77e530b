import { useEffect } from 'preact/hooks';
import type { Inspected, Sample, Variant } from '../../extension/messages/drift';
import { SampleView } from '../labeling/sample-view';
import { figure } from '../plots/scale';
import { t } from '../words';

interface Shown {
  samples: readonly Inspected[];
  chosen: number;
  faces: ReadonlyMap<Variant, ReadonlyMap<string, Sample>>;
  need: (from: Variant, ids: string[]) => void;
  pictures: boolean;
}

const FACES: [Variant, string][] = [
  ['data', t('original')],
  ['reconstruction', t('reconstruction')],
  ['error', t('error')],
];

/** Cells of a table that are shown of each. */
const CELLS = 8;

const cut = (sample: Sample | undefined): Sample | undefined =>
  sample?.kind === 'row' ? { ...sample, cells: sample.cells.slice(0, CELLS) } : sample;

const more = (sample: Sample | undefined): string =>
  sample?.kind === 'row' && sample.cells.length > CELLS
    ? ` · ${t('{0} more features', sample.cells.length - CELLS)}`
    : '';

/** Samples with what the autoencoder makes of them, and how far the two are apart, on one fixed scale. */
export function Gallery({ samples, chosen, faces, need, pictures }: Shown) {
  // Each row of a table has its reconstruction and error beside it.
  const shown = pictures ? FACES : FACES.slice(1, 2);
  const ids = samples.map(({ id }) => id);
  useEffect(() => {
    for (const [face] of shown) need(face, ids);
  }, [ids.join()]);
  return (
    <section aria-label={t('Samples')} class="figure">
      <div class="head">
        <h2>
          {chosen > samples.length
            ? t('{0} inspected samples, {1} of them shown', chosen, samples.length)
            : t('{0} inspected samples', chosen)}
        </h2>
        {pictures ? (
          <span class="scale">
            {t('error: none')} <span class="ramp" role="img" aria-label={t('From dark violet to yellow')} /> {t('all')}
          </span>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
      <ul class={`gallery ${pictures ? '' : 'tables'}`} tabIndex={0} aria-label={t('Samples and reconstructions')}>
        {samples.map(({ id, loss, critical }) => (
          <li key={id} class={critical ? 'critical' : ''}>
            <div class="faces">
              {shown.map(([face, name]) => (
                <SampleView
                  key={face}
                  sample={cut(faces.get(face)?.get(id))}
                  name={pictures ? t('{0} of {1}', name, id) : id}
                  size="small"
                />
              ))}
            </div>
            <span>
              {critical ? '● ' : ''}
              {figure(loss)}
              {more(faces.get('reconstruction')?.get(id))}
              {critical ? <span class="unseen"> {t('critical')}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
