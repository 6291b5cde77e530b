import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FromAnyone } from '../../extension/messages/aid';
import type { Sample, TaskSample, Variant } from '../../extension/messages/labeling';
import { Problem } from '../states/problem';
import { t } from '../words';
import { Budget } from './budget';
import { Facts } from './facts';
import { Beside, Twins } from './finder';
import { Gained } from './gained';
import { progressOf } from './progress';
import { Reasons } from './reasons';
import { SampleView } from './sample-view';
import { choicesOf, keyOf, type Session, shortOf, suggestedOf } from './session';

export interface TaskHands {
  choose(choice: string): void;
  accept(): void;
  write(text: string): void;
  skip(): void;
  askReason(): void;
  skipFor(reason: string): void;
  keepOpen(): void;
  undo(): void;
  redo(): void;
  flag(): void;
  go(at: number): void;
  view(view: Variant): void;
  reveal(): void;
  grid(): void;
  widen(): void;
  sameClass(): void;
  keys(): void;
  finish(): void;
  tell(message: FromAnyone): void;
  again(): void;
  save(name: string, text: string): void;
}

interface Shown {
  session: Session;
  /** The sample at hand, in the view that is chosen. */
  face: Sample | undefined;
  clean: ReadonlyMap<string, Sample>;
  problem: string;
  askingReason: boolean;
  gridShown: boolean;
  hands: TaskHands;
}

/** Samples shown around the one at hand in the strip below. */
const STRIP = 4;
const NAMES: Record<Variant, string> = {
  data: t('Original'),
  clean: t('Clean'),
  reconstruction: t('Reconstruction'),
  error: t('Error'),
  overlay: t('Overlay'),
};

/** One sample, its choices with their keys, and how far the task is. */
export function TaskView({ session, face, clean, problem, askingReason, gridShown, hands }: Shown) {
  const { items, at, title, workflow, kind } = session;
  const item = items[at];
  if (!item) return <p class="quiet">{t('This task asks about no sample.')}</p>;
  const { total } = progressOf(session);
  const name = t('Sample {0} of {1}', at + 1, total);
  return (
    <div class="task">
      <h1>{title}</h1>
      <p class="quiet">{workflow}</p>
      <Budget session={session} />
      <div class="stage">
        {kind === 'find' ? (
          <Beside session={session} sample={face} clean={clean} />
        ) : (
          <SampleView
            sample={face}
            name={`${name}${session.view === 'data' ? '' : `, ${NAMES[session.view]}`}`}
            size="large"
          />
        )}
        {session.views.length > 1 ? <Views session={session} view={hands.view} /> : null}
        <Facts session={session} reveal={hands.reveal} />
        {problem ? <Problem message={problem} retry={hands.again} tell={hands.tell} /> : null}
      </div>
      {session.selected.size > 0 ? (
        <p class="chosen" role="status">
          {t('{0} selected: the next answer is for all of them.', session.selected.size)}
        </p>
      ) : null}
      {askingReason ? (
        <Reasons choose={hands.skipFor} close={hands.keepOpen} />
      ) : kind === 'find' ? (
        <Twins session={session} clean={clean} choose={hands.choose} widen={hands.widen} sameClass={hands.sameClass} />
      ) : session.classes.length === 0 ? (
        <FreeText session={session} write={hands.write} />
      ) : (
        <Classes session={session} choose={hands.choose} />
      )}
      <div class="actions">
        {suggestedOf(session) === undefined ? null : (
          <Action name={kind === 'find' ? t('Choose nearest') : t('Accept')} key_="⏎" act={hands.accept} />
        )}
        <Action name={kind === 'find' ? t('None fits') : t('Skip')} key_="S" act={hands.skip} />
        <Action name={t('Skip, why…')} key_="⇧S" act={hands.askReason} />
        <Action name={t('Flag')} key_="F" act={hands.flag} pressed={item.flagged} />
        <Action name={t('Undo')} key_="U" act={hands.undo} off={session.done.length === 0} />
        <Action name={t('Redo')} act={hands.redo} off={session.undone.length === 0} />
        <Action name={t('Grid')} key_="G" act={hands.grid} pressed={gridShown} />
        <Action name={t('Keys')} key_="?" act={hands.keys} />
      </div>
      {gridShown ? null : <Strip session={session} go={hands.go} />}
      <Finish session={session} finish={hands.finish} />
      <Gained session={session} save={hands.save} />
    </div>
  );
}

function Views({ session, view }: { session: Session; view: (view: Variant) => void }) {
  return (
    <fieldset class="views" aria-label={t('View')}>
      {session.views.map((one) => (
        <button type="button" key={one} aria-pressed={session.view === one} onClick={() => view(one)}>
          {NAMES[one]}
        </button>
      ))}
      {session.view === 'error' || session.view === 'overlay' ? (
        <span class="scale">
          {t('none')} <span class="ramp" role="img" aria-label={t('From dark violet to yellow')} /> {t('all')}
        </span>
      ) : null}
    </fieldset>
  );
}

interface ActionOf {
  name: string;
  key_?: string;
  act: () => void;
  pressed?: boolean;
  off?: boolean;
}

function Action({ name, key_, act, pressed, off }: ActionOf) {
  return (
    <button type="button" onClick={act} disabled={off} aria-pressed={pressed}>
      {key_ ? <kbd>{key_}</kbd> : null} {name}
    </button>
  );
}

function Classes({ session, choose }: { session: Session; choose: (choice: string) => void }) {
  const { counts } = progressOf(session);
  const given = session.again === null ? (session.items[session.at]?.answer ?? null) : null;
  const suggested = suggestedOf(session);
  // Said once there is something to compare with.
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
  const fewest = Math.min(...counts);
  return (
    <fieldset class="classes" aria-label={t('Classes')}>
      {choicesOf(session).map((name, index) => {
        const few = mean >= 1 && counts[index] === fewest && fewest <= mean / 2;
        return (
          <button
            type="button"
            key={name}
            class={suggested === name ? 'suggested' : ''}
            onClick={() => choose(name)}
            aria-pressed={given === name}
            title={name}
          >
            <span class="key" aria-hidden="true">
              {keyOf(session, index)}
            </span>
            <span class="class">{name}</span>
            <span class={`count ${few ? 'few' : ''}`}>
              {counts[index]}
              {few ? '!' : ''}
              {suggested === name ? <span class="unseen"> {t('suggested')}</span> : null}
              <span class="unseen"> {few ? t('given, the fewest') : t('given')}</span>
            </span>
          </button>
        );
      })}
    </fieldset>
  );
}

function FreeText({ session, write }: { session: Session; write: (text: string) => void }) {
  const item = session.items[session.at]!;
  const field = useRef<HTMLInputElement>(null);
  // One field for all samples: a new one would leave the keyboard to nobody. What was not sent was about another sample.
  useLayoutEffect(() => {
    if (field.current) field.current.value = '';
  }, [item.id]);
  return (
    <form
      class="free"
      onSubmit={(event) => {
        event.preventDefault();
        const text = field.current?.value.trim();
        event.currentTarget.reset();
        if (text) write(text);
      }}
    >
      <input
        ref={field}
        name="label"
        aria-label={t('Label')}
        placeholder={item.answer ?? t('Label, then Enter')}
        autocomplete="off"
      />
    </form>
  );
}

/** What was answered before, and what comes. */
function Strip({ session, go }: { session: Session; go: (at: number) => void }) {
  const { items, shown, at, marks } = session;
  const here = Math.max(0, shown.indexOf(at));
  const from = Math.max(0, Math.min(here - STRIP, shown.length - 2 * STRIP - 1));
  return (
    <nav class="strip" aria-label={t('Samples')}>
      {shown.slice(from, from + 2 * STRIP + 1).map((place) => {
        const item = items[place]!;
        const state = item.answer ?? (item.skipped ? t('skipped') : t('open'));
        return (
          <button
            type="button"
            key={item.id}
            class={`${place === at ? 'here' : ''} ${marks.get(item.id) === 'refused' ? 'refused' : ''}`}
            aria-current={place === at ? 'true' : undefined}
            aria-label={t('Sample {0}, {1}', place + 1, session.kind === 'find' && item.answer ? t('chosen') : state)}
            title={item.answer ?? undefined}
            onClick={() => go(place)}
          >
            <Said session={session} item={item} />
          </button>
        );
      })}
    </nav>
  );
}

/** What was said of a sample. A key looks as it does on its button: a class may be called `1`. */
function Said({ session, item }: { session: Session; item: TaskSample }) {
  if (item.answer === null) return item.skipped ? '–' : '·';
  if (session.kind === 'find') return '✓';
  const { text, isKey } = shortOf(session, item.answer);
  return isKey ? <kbd>{text}</kbd> : text;
}

function Finish({ session, finish }: { session: Session; finish: () => void }) {
  const { answered, skipped, total } = progressOf(session);
  const open = total - answered - skipped;
  return (
    <div class="actions end">
      <button type="button" onClick={finish}>
        {open > 0 ? t('Finish with {0} open', open) : t('Finish')}
      </button>
    </div>
  );
}
