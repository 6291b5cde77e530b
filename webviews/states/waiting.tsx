import { useEffect, useState } from 'preact/hooks';
import { t } from '../words';

/** What comes quickly needs no sign; then its place is shown, then said, then it can be given up (milliseconds). */
const STAGES = [150, 2000, 5000] as const;

interface Shown {
  /** `Reading the runs…`. */
  words: string;
  /** None: it can't be given up. */
  cancel?: () => void;
}

/** The place of what is still being read: nothing at first, then a skeleton, then words, then a way out. */
export function Waiting({ words, cancel }: Shown) {
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = STAGES.map((delay, at) => setTimeout(() => setStage(at + 1), delay));
    return () => timers.forEach(clearTimeout);
  }, []);
  return (
    <div class="being-read" aria-busy="true">
      {stage < 1 ? null : (
        <div class="skeleton" aria-hidden="true">
          <i />
          <i />
          <i />
        </div>
      )}
      <p role="status" class="quiet">
        {stage < 2 ? '' : words}
      </p>
      {stage < 3 || !cancel ? null : (
        <button type="button" onClick={cancel}>
          {t('Cancel')}
        </button>
      )}
    </div>
  );
}
