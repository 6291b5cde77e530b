import { render } from 'preact';
import { type FromLabeling, received, type Sample, type ToLabeling, toLabeling } from '../../extension/messages';
import { bridge, tellFocus } from '../bridge';
import { Keys } from './keys';
import { answer, choiceOfKey, flag, goTo, mark, redo, type Session, undo, wanted } from './session';
import { TaskView } from './task-view';

/** Samples asked for before they are looked at. */
const AHEAD = 12;
/** Samples kept in memory. */
const KEPT = 600;

const line = bridge<ToLabeling, FromLabeling>((value) => received<ToLabeling>(toLabeling, value));
const main = document.getElementById('main')!;

const state = {
  session: null as Session | null,
  samples: new Map<string, Sample>(),
  clean: new Map<string, Sample>(),
  asked: new Set<string>(),
  message: 'Looking for what waits for you…',
  waiting: 0,
  /** What became of the task that was closed last. */
  finished: '',
  problem: '',
  keys: false,
};

function show(): void {
  const { session } = state;
  if (state.keys) {
    render(<Keys close={() => change({ keys: false })} />, main);
    return;
  }
  if (!session) {
    render(
      <div class="none">
        <h1>Labeling</h1>
        <p role="status">{state.message}</p>
        {state.waiting > 0 ? (
          <button type="button" class="primary" onClick={() => line.tell({ type: 'open' })}>
            Open Human Task
          </button>
        ) : null}
      </div>,
      main,
    );
    return;
  }
  const hands = {
    choose: (choice: string | null) => step((now) => answer(now, choice, Date.now())),
    undo: () => step(undo),
    flag: flagSample,
    go: (at: number) => move(goTo(state.session!, at)),
    keys: () => change({ keys: true }),
    finish: () => line.tell({ type: 'finish', task: session.task }),
  };
  render(
    <TaskView session={session} samples={state.samples} clean={state.clean} problem={state.problem} hands={hands} />,
    main,
  );
}

function change(next: Partial<typeof state>): void {
  Object.assign(state, next);
  show();
}

/** Asks for the samples around the one at hand that nobody asked for yet. */
function need(session: Session): void {
  const ids = wanted(session, AHEAD).filter((id) => !state.asked.has(id));
  if (ids.length > 0) line.tell({ type: 'need', from: 'data', ids });
  for (const id of ids) state.asked.add(id);
  const candidates = (session.items[session.at]?.candidates ?? []).filter((id) => !state.clean.has(id));
  if (candidates.length > 0) line.tell({ type: 'need', from: 'clean', ids: candidates });
}

/** Moves on at once; the engine hears of it meanwhile. */
function step(act: (session: Session) => { session: Session; send?: { id: string; answer: string | null } }): void {
  if (!state.session) return;
  const { session, send } = act(state.session);
  state.problem = '';
  move(send ? mark(session, [send.id], 'saving') : session);
  if (send) line.tell({ type: 'answer', task: session.task, ...send });
}

function move(session: Session): void {
  if (session.at !== state.session?.at) line.tell({ type: 'at', task: session.task, index: session.at });
  need(session);
  change({ session });
}

function flagSample(): void {
  if (!state.session) return;
  const session = flag(state.session);
  const item = session.items[session.at];
  if (item) line.tell({ type: 'flag', task: session.task, id: item.id, on: item.flagged });
  change({ session });
}

line.listen((message) => {
  const { session } = state;
  switch (message.type) {
    case 'task': {
      const { type: _, ...task } = message;
      const same = session?.task === task.task;
      const fresh: Session = same
        ? { ...session, ...task, at: session.at }
        : { ...task, marks: new Map(), done: [], undone: [], times: [] };
      if (!same) {
        for (const kept of [state.samples, state.clean, state.asked]) kept.clear();
      }
      need(fresh);
      change({ session: fresh, problem: '', finished: '' });
      return;
    }
    case 'none':
      if (session) return;
      return change({
        waiting: message.waiting,
        message: [
          ...(state.finished ? [state.finished] : []),
          ...(message.waiting > 0
            ? [`${message.waiting} ${message.waiting === 1 ? 'task waits' : 'tasks wait'} for you.`]
            : state.finished
              ? []
              : ['Nothing waits for you. Samples that matter appear here when a checker finds them.']),
        ].join(' '),
      });
    case 'failed':
      return change({ session: null, message: message.message, waiting: 1 });
    case 'samples': {
      const kept = message.from === 'clean' ? state.clean : state.samples;
      for (const { id, sample } of message.samples) kept.set(id, sample);
      for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT))) {
        kept.delete(id);
        state.asked.delete(id);
      }
      return show();
    }
    case 'saved':
      return session ? change({ session: mark(session, message.ids, 'saved') }) : undefined;
    case 'holding':
      return session ? change({ session: mark(session, [message.id], 'holding') }) : undefined;
    case 'refused':
      return session ? change({ session: mark(session, message.ids, 'refused'), problem: message.message }) : undefined;
    case 'closed': {
      const { labelled, skipped, run } = message;
      const goes = run === null ? 'The run is kept as it is.' : 'The run goes on.';
      const passed = skipped > 0 ? `, ${skipped} skipped` : '';
      const finished = `Done: ${labelled} labelled${passed}. ${goes}`;
      return change({ session: null, waiting: 0, keys: false, message: finished, finished });
    }
    case 'assign': {
      const choice = session ? choiceOfKey(session, message.index) : undefined;
      return choice === undefined ? undefined : step((now) => answer(now, choice, Date.now()));
    }
    case 'act':
      return act(message.action);
  }
});

function act(action: Extract<ToLabeling, { type: 'act' }>['action']): void {
  const { session } = state;
  if (!session) return;
  switch (action) {
    case 'skip':
      step((now) => answer(now, null, Date.now()));
      return;
    case 'flag':
      flagSample();
      return;
    case 'undo':
      step(undo);
      return;
    case 'redo':
      step(redo);
      return;
    case 'next':
      move(goTo(session, session.at + 1));
      return;
    case 'previous':
      move(goTo(session, session.at - 1));
      return;
    case 'keys':
      change({ keys: !state.keys });
      return;
  }
}

show();
tellFocus((focus) => line.tell({ type: 'focus', ...focus }));
line.tell({ type: 'ready' });
