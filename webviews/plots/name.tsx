/** A long name, which breaks where a word of it ends and nowhere else. */
export function Name({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[.@/-])/).map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
        <span key={at}>
          {at > 0 ? <wbr /> : null}
          {part}
        </span>
      ))}
    </>
  );
}
