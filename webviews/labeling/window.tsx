import type { ToLabeling, Variant } from '../../extension/messages/labeling';
import { Problem } from '../states/problem';
import { Waiting } from '../states/waiting';
import { t } from '../words';
import type { Arrangement } from './arrange';
import { Done, OpenTask } from './done';
import type { Faces } from './faces';
import { Grid, type GridHands } from './grid';
import { Keys } from './keys';
import { hereOf, type Session } from './session';
import { Sorting } from './sorting';
import { type TaskHands, TaskView } from './task-view';

type Closed = Extract<ToLabeling, { type: 'closed' }>;

/** All that is shown. */
export interface State {
  session: Session | null;
  arrangement: Arrangement;
  grid: boolean;
  /** Nothing was heard yet. */
  reading: boolean;
  /** Why the task could not be opened. */
  failure: string;
  waiting: number;
  /** What became of the task that was closed last. */
  closed: Closed | null;
  problem: string;
  keys: boolean;
  askingReason: boolean;
  /** Another view for as long as a key is held. */
  glance: Variant | null;
}

export const nothingYet = (): State => ({
  session: null,
  arrangement: { sort: 'task', filter: 'all', similar: [] },
  grid: false,
  reading: true,
  failure: '',
  waiting: 0,
  closed: null,
  problem: '',
  keys: false,
  askingReason: false,
  glance: null,
});

interface Shown {
  state: State;
  faces: Faces;
  hands: TaskHands & { open(): void; read(): void };
  gridHands: GridHands;
  arrange: (next: Partial<Arrangement>) => void;
}

/** The keys, or nothing to do, or one sample, or all of them beside it. */
export function Window({ state, faces, hands, gridHands, arrange }: Shown) {
  const { session, closed } = state;
  if (state.keys) return <Keys close={hands.keys} />;
  if (!session) {
    const { reading, failure, waiting } = state;
    if (closed) return <Done {...closed} waiting={waiting} open={hands.open} />;
    return (
      <div class="none">
        <h1>{t('Labeling')}</h1>
        {reading ? (
          <Waiting words={t('Looking for what waits for you…')} />
        ) : failure ? (
          <Problem message={failure} retry={hands.read} tell={hands.tell} />
        ) : (
          <p role="status">
            {waiting > 0
              ? t(waiting === 1 ? '{0} task waits for you.' : '{0} tasks wait for you.', waiting)
              : t('Nothing waits for you. Samples that matter appear here when a checker finds them.')}
          </p>
        )}
        {waiting > 0 ? <OpenTask open={hands.open} /> : null}
      </div>
    );
  }
  const view = state.glance ?? session.view;
  const task = (
    <TaskView
      session={{ ...session, view, views: faces.among(session.views) }}
      face={faces.of(view).get(hereOf(session)?.id ?? '')}
      clean={faces.of('clean')}
      problem={state.problem}
      askingReason={state.askingReason}
      gridShown={state.grid}
      hands={hands}
    />
  );
  if (!state.grid) return task;
  return (
    <div class="both">
      <section class="all" aria-label={t('All samples')}>
        <Sorting arrangement={state.arrangement} shown={session.shown.length} arrange={arrange} />
        <Grid session={session} faces={faces.smallOf(view)} hands={gridHands} />
      </section>
      {task}
    </div>
  );
}
