/** A long name, which breaks where a word of it ends and nowhere else. */
export function Name({ text }: { text: string }) {
  return (
    <>
      {text.split(/(?<=[.@/-])/).map((part, at) => (
        <span key={at}>
          {at > 0 ? <wbr /> : null}
          {part}
        </span>
      ))}
    </>
  );
}
