import type { Sample } from '../../extension/messages';
import { SampleView } from './sample-view';
import { choicesOf, keyOf, progressOf, type Session } from './session';

export interface TaskHands {
  choose(choice: string | null): void;
  undo(): void;
  flag(): void;
  go(at: number): void;
  keys(): void;
  finish(): void;
}

interface Shown {
  session: Session;
  samples: ReadonlyMap<string, Sample>;
  clean: ReadonlyMap<string, Sample>;
  problem: string;
  hands: TaskHands;
}

/** Samples shown around the one at hand in the strip below. */
const STRIP = 4;

/** One sample, its choices with their keys, and how far the task is. */
export function TaskView({ session, samples, clean, problem, hands }: Shown) {
  const { items, at, title, workflow, blind } = session;
  const item = items[at];
  const { answered, skipped, total, pace } = progressOf(session);
  const done = answered + skipped;
  if (!item) return <p class="quiet">This task asks about no sample.</p>;
  const seen = item.answer !== null || item.skipped;
  return (
    <div class="task">
      <h1>{title}</h1>
      <p class="quiet">{workflow}</p>
      <div class="progress">
        <progress value={done} max={total} aria-label="Answered samples" />
        <span>
          {done}/{total}
        </span>
        {pace === null ? null : <span class="quiet">{pace.toFixed(1)} s a label</span>}
      </div>
      <div class="stage">
        <SampleView sample={samples.get(item.id)} name={`Sample ${at + 1} of ${total}`} size="large" />
        <p class="facts">
          <span>
            Sample {at + 1}
            {item.flagged ? ' ⚑' : ''}
          </span>
          {item.severity !== null && (!blind || seen) ? (
            <span>severity {Number(item.severity.toPrecision(3))}</span>
          ) : null}
          <Saved session={session} />
        </p>
        {problem ? (
          <p class="problem" role="alert">
            {problem}
          </p>
        ) : null}
      </div>
      <Choices session={session} clean={clean} choose={hands.choose} />
      <div class="actions">
        <Action name={session.kind === 'find' ? 'None fits' : 'Skip'} key_="S" act={() => hands.choose(null)} />
        <Action name="Flag" key_="F" act={hands.flag} pressed={item.flagged} />
        <Action name="Undo" key_="U" act={hands.undo} off={session.done.length === 0} />
        <Action name="Keys" key_="?" act={hands.keys} />
      </div>
      <Strip session={session} go={hands.go} />
      <div class="actions end">
        <button type="button" onClick={hands.finish}>
          Finish{done < total ? ` with ${total - done} open` : ''}
        </button>
      </div>
    </div>
  );
}

function Saved({ session: { items, at, marks } }: { session: Session }) {
  // The answer that was given last, whichever sample it was for: the one at hand is not answered yet.
  const last = [...marks].at(-1);
  if (!last) return null;
  const [id, mark] = last;
  const place = items.findIndex((item) => item.id === id);
  const which = place === at ? '' : ` (sample ${place + 1})`;
  const text = { saving: 'saving…', saved: '✓ saved', holding: 'saved in a moment', refused: '✗ not saved' }[mark];
  return <span class={`saved ${mark}`}>{`${text}${which}`}</span>;
}

function Action({
  name,
  key_,
  act,
  pressed,
  off,
}: {
  name: string;
  key_: string;
  act: () => void;
  pressed?: boolean;
  off?: boolean;
}) {
  return (
    <button type="button" onClick={act} disabled={off} aria-pressed={pressed}>
      <kbd>{key_}</kbd> {name}
    </button>
  );
}

function Choices({
  session,
  clean,
  choose,
}: {
  session: Session;
  clean: Shown['clean'];
  choose: (choice: string) => void;
}) {
  const choices = choicesOf(session);
  const { counts } = progressOf(session);
  const given = session.items[session.at]?.answer ?? null;
  const least = Math.min(...counts);
  if (session.kind === 'find') {
    return (
      <fieldset class="candidates" aria-label="Clean samples">
        {choices.map((id, index) => (
          <button
            type="button"
            key={id}
            onClick={() => choose(id)}
            aria-pressed={given === id}
            aria-label={`Clean sample ${index + 1}`}
          >
            <SampleView sample={clean.get(id)} name={`Clean sample ${index + 1}`} size="small" />
            <kbd>{keyOf(session, index)}</kbd>
          </button>
        ))}
      </fieldset>
    );
  }
  return (
    <fieldset class="classes" aria-label="Classes">
      {choices.map((name, index) => (
        <button type="button" key={name} onClick={() => choose(name)} aria-pressed={given === name} title={name}>
          <span class="key" aria-hidden="true">
            {keyOf(session, index)}
          </span>
          <span class="class">{name}</span>
          <span class={`count ${counts[index] === least && least < Math.max(...counts) ? 'few' : ''}`}>
            {counts[index]}
            <span class="unseen"> given</span>
          </span>
        </button>
      ))}
    </fieldset>
  );
}

/** What was answered before, and what comes. */
function Strip({ session: { items, at, marks }, go }: { session: Session; go: (at: number) => void }) {
  const from = Math.max(0, Math.min(at - STRIP, items.length - 2 * STRIP - 1));
  return (
    <nav class="strip" aria-label="Samples">
      {items.slice(from, from + 2 * STRIP + 1).map((item, offset) => {
        const place = from + offset;
        const text = item.answer ?? (item.skipped ? '–' : '·');
        const state = item.answer ?? (item.skipped ? 'skipped' : 'open');
        return (
          <button
            type="button"
            key={item.id}
            class={`${place === at ? 'here' : ''} ${marks.get(item.id) === 'refused' ? 'refused' : ''}`}
            aria-current={place === at ? 'true' : undefined}
            aria-label={`Sample ${place + 1}, ${state}`}
            onClick={() => go(place)}
          >
            {text.slice(0, 3)}
          </button>
        );
      })}
    </nav>
  );
}
