import { render } from 'preact';
import { received } from '../../extension/messages';
import {
  type FromLabeling,
  type LabelAction,
  type ToLabeling,
  toLabeling,
  type Variant,
} from '../../extension/messages/labeling';
import { bridge, tellFocus } from '../bridge';
import { type Arrangement, arranged, wanted } from './arrange';
import { watchEnter } from './enter';
import { Faces } from './faces';
import type { GridHands } from './grid';
import { changed, opened, saved } from './heard';
import { REASONS } from './reasons';
import { hasRefused, refuse, refusedOnes } from './refused';
import { extendTo, lassoed, selectAll, selectNone, toggle } from './select';
import {
  answer,
  choiceOfKey,
  flag,
  goTo,
  hereOf,
  mark,
  move,
  type Outcome,
  redo,
  type Session,
  suggestedOf,
  twinsOf,
  undo,
} from './session';
import { nothingYet, Window } from './window';

/** Samples asked for before they are looked at. */
const AHEAD = 12;
/** Clean samples proposed at first, and more each time. */
const TWINS = 12;

const line = bridge<ToLabeling, FromLabeling>((value) => received<ToLabeling>(toLabeling, value));
const main = document.getElementById('main')!;
const faces = new Faces((message) => line.tell(message));

const pressesButton = watchEnter();
const state = nothingYet();

function show(): void {
  document.body.classList.toggle('wide', state.grid && state.session !== null);
  render(<Window state={state} faces={faces} hands={hands} gridHands={gridHands} arrange={arrange} />, main);
}

function change(next: Partial<typeof state>): void {
  Object.assign(state, next);
  show();
}

/** Another order. Answers given meanwhile do not move tiles under the pointer: it holds until it is chosen anew. */
function arrange(next: Partial<Arrangement>): void {
  const { session } = state;
  if (!session) return;
  const arrangement = { ...state.arrangement, ...next };
  const here = hereOf(session);
  if (next.sort === 'similar' && here) line.tell({ type: 'similar', to: here.id });
  change({ arrangement, session: { ...session, shown: arranged(session, arrangement) } });
}

/** Asks for what will be looked at. */
function need(session: Session): void {
  faces.need(state.glance ?? session.view, wanted(session, AHEAD));
  if (session.kind !== 'find') return;
  const here = hereOf(session);
  if (!here) return;
  if (!session.twins.has(here.id)) line.tell({ type: 'twins', id: here.id, count: TWINS });
  faces.need('clean', [...twinsOf(session).map(({ id }) => id), ...(here.answer === null ? [] : [here.answer])]);
}

/** Moves on at once; the engine hears of it meanwhile. What it refused before is still to be said once more. */
function step(act: (session: Session) => Outcome): void {
  if (!state.session) return;
  const { session, send, again } = act(state.session);
  if (!hasRefused(session)) state.problem = '';
  state.askingReason = false;
  const ids = send?.changes.map(({ id }) => id) ?? [];
  go(send ? mark(session, ids, 'saving') : session);
  if (send) line.tell({ type: 'answer', task: session.task, ...send });
  if (again) line.tell({ type: 'again', task: session.task, ...again });
}

/** Says once more what the engine would not take. */
function sayAgain(): void {
  if (!state.session) return;
  const { again, flags, ...rest } = refusedOnes(state.session);
  state.problem = '';
  step(() => rest);
  const { task } = rest.session;
  for (const one of again) line.tell({ type: 'again', task, ...one });
  for (const one of flags) line.tell({ type: 'flag', task, ...one });
}

function go(session: Session): void {
  const moved = session.at !== state.session?.at;
  if (moved && session.again === null) line.tell({ type: 'at', task: session.task, index: session.at });
  state.session = moved ? { ...session, since: Date.now() } : session;
  need(session);
  show();
}

function look(view: Variant): void {
  if (state.session) go({ ...state.session, view });
}

function flagSamples(): void {
  if (!state.session) return;
  const { session, ids, on } = flag(state.session);
  if (ids.length > 0) line.tell({ type: 'flag', task: session.task, ids, on });
  change({ session });
}

const skip = (reason: string | null) => step((now) => answer(now, { answer: null, reason }, Date.now()));
const choose = (choice: string) => step((now) => answer(now, { answer: choice, reason: null }, Date.now()));

function widen(): void {
  const { session } = state;
  const here = session && hereOf(session);
  if (here && session.kind === 'find') {
    line.tell({ type: 'twins', id: here.id, count: (session.twins.get(here.id)?.length ?? 0) + TWINS });
  }
}

const hands = {
  choose,
  write: choose,
  accept: () => {
    const suggested = state.session && suggestedOf(state.session);
    if (suggested) choose(suggested);
  },
  skip: () => skip(null),
  askReason: () => change({ askingReason: true }),
  skipFor: (reason: string) => skip(reason),
  keepOpen: () => change({ askingReason: false }),
  undo: () => step(undo),
  redo: () => step(redo),
  flag: flagSamples,
  go: (at: number) => state.session && go(goTo(state.session, at)),
  view: look,
  reveal: () => {
    const here = state.session && hereOf(state.session);
    if (state.session && here) change({ session: { ...state.session, revealed: here.id } });
  },
  open: () => line.tell({ type: 'open' }),
  read: () => {
    change({ reading: true });
    line.tell({ type: 'ready' });
  },
  tell: line.tell,
  again: sayAgain,
  save: (name: string, text: string) => line.tell({ type: 'save', name, text }),
  grid: () => {
    if (state.session && (state.grid || window.innerWidth >= 600)) change({ grid: !state.grid });
    else line.tell({ type: 'grid' });
  },
  widen,
  sameClass: () => {
    if (state.session?.kind === 'find') go({ ...state.session, sameClass: !state.session.sameClass });
  },
  keys: () => change({ keys: !state.keys }),
  finish: () => state.session && line.tell({ type: 'finish', task: state.session.task }),
};

const within = (act: (session: Session) => Session) => {
  if (state.session) go(act(state.session));
};
const gridHands: GridHands = {
  go: (place) => within((now) => goTo(selectNone(now), now.shown[place] ?? now.at)),
  step: (by) => within((now) => move(now, by)),
  extend: (place) => within((now) => extendTo(now, place)),
  toggle: (place) => within((now) => toggle(now, place)),
  all: () => within(selectAll),
  none: () => within(selectNone),
  lasso: (area, tile) => within((now) => lassoed(now, area, tile)),
  see: (ids) => state.session && faces.needSmall(state.glance ?? state.session.view, ids),
};

function open(message: Extract<ToLabeling, { type: 'task' }>): void {
  const former = state.session?.task === message.task ? state.session : null;
  if (!former) {
    faces.clear();
    state.grid = message.grid;
    state.arrangement = { sort: 'task', filter: 'all', similar: [] };
    state.askingReason = false;
  } else {
    // Another run may ask by now, and its detector have made other reconstructions.
    faces.clearMade();
  }
  const session = opened(message, former, state.arrangement);
  Object.assign(state, { problem: hasRefused(session) ? state.problem : '', failure: '', closed: null, session });
  need(session);
  show();
}

/** What became of answers. */
function marked(session: Session): void {
  change({ session, problem: hasRefused(session) ? state.problem : '' });
}

line.listen((message) => {
  const { session } = state;
  switch (message.type) {
    case 'task':
      return open(message);
    case 'none':
      if (session) return;
      return change({ reading: false, failure: '', waiting: message.waiting });
    case 'failed':
      return change({ session: null, closed: null, reading: false, failure: message.message, waiting: 1 });
    case 'samples':
      faces.take(message.from, message.samples);
      return show();
    case 'thumbs':
      faces.takeSmall(message.from, message.thumbs);
      return show();
    case 'twins':
      return session ? go({ ...session, twins: new Map(session.twins).set(message.id, message.twins) }) : undefined;
    case 'similar':
      return arrangeBy(message.ids);
    case 'saved':
      return session ? marked(saved(session, message.changes)) : undefined;
    case 'holding':
      return session ? marked(mark(session, message.ids, 'holding')) : undefined;
    case 'refused':
      return session ? change({ session: refuse(session, message), problem: message.message }) : undefined;
    case 'changed':
      return session?.task === message.task
        ? change({ session: changed(session, message, state.arrangement) })
        : undefined;
    case 'closed':
      return change({ session: null, waiting: 0, keys: false, grid: false, askingReason: false, closed: message });
    case 'assign': {
      if (closesKeys()) return;
      if (state.askingReason) {
        const reason = REASONS[message.index];
        return reason === undefined ? undefined : skip(reason);
      }
      const choice = session ? choiceOfKey(session, message.index) : undefined;
      return choice === undefined ? undefined : choose(choice);
    }
    case 'act':
      if (closesKeys()) return;
      if (session && Object.hasOwn(actions, message.action)) actions[message.action](session);
  }
});

function arrangeBy(similar: string[]): void {
  const { session } = state;
  if (!session || state.arrangement.sort !== 'similar') return;
  const arrangement = { ...state.arrangement, similar };
  change({ arrangement, session: { ...session, shown: arranged(session, arrangement) } });
}

const actions: Record<LabelAction, (session: Session) => void> = {
  accept: () => {
    if (!pressesButton()) hands.accept();
  },
  skip: hands.skip,
  skipWithReason: hands.askReason,
  flag: hands.flag,
  undo: hands.undo,
  redo: hands.redo,
  next: () => within((now) => move(now, 1)),
  previous: () => within((now) => move(now, -1)),
  view: ({ views, view }) => {
    const here = faces.among(views);
    look(here[(here.indexOf(view) + 1) % here.length]!);
  },
  reveal: hands.reveal,
  grid: hands.grid,
  widen,
  sameClass: hands.sameClass,
  keys: hands.keys,
};

/** Who reads what the keys do sees no sample: any of them leads back to it, and says nothing of it. */
function closesKeys(): boolean {
  const shown = state.keys;
  if (shown) change({ keys: false });
  return shown;
}

function glance(event: KeyboardEvent): void {
  const { session } = state;
  if (event.key !== 'b' || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (closesKeys() || !session) return;
  if (event.target instanceof HTMLInputElement || !session.views.includes('reconstruction')) return;
  state.glance = session.view === 'reconstruction' ? 'data' : 'reconstruction';
  go(session);
}
function endGlance(): void {
  if (state.glance !== null) change({ glance: null });
}
window.addEventListener('keydown', glance);
window.addEventListener('keydown', (event) => event.key === 'Escape' && closesKeys() && event.stopPropagation());
window.addEventListener('keyup', ({ key }) => key.toLowerCase() === 'b' && endGlance());
// The key is let go of elsewhere.
window.addEventListener('blur', endGlance);

show();
tellFocus((focus) => line.tell({ type: 'focus', ...focus }));
line.tell({ type: 'ready' });
