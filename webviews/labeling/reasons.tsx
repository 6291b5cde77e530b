import { useEffect, useRef } from 'preact/hooks';

/** Why a sample can't be labelled; each has the key of its place. */
export const REASONS = ['unreadable', 'more than one class', 'no such class', 'not a sample', 'a duplicate'];

/** Asks why a sample is skipped: one key, or words of one's own. */
export function Reasons({ choose, close }: { choose: (reason: string) => void; close: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <fieldset
      class="reasons"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      <legend>Why is it skipped?</legend>
      {REASONS.map((reason, at) => (
        <button type="button" key={reason} ref={at === 0 ? first : undefined} onClick={() => choose(reason)}>
          <kbd>{at + 1}</kbd> {reason}
        </button>
      ))}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const words = field.current?.value.trim();
          if (words) choose(words);
        }}
      >
        <input ref={field} aria-label="Another reason" placeholder="Another reason, then Enter" maxLength={200} />
      </form>
      <button type="button" onClick={close}>
        Don't skip
      </button>
    </fieldset>
  );
}
