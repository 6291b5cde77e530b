import type { ComponentChildren, RefObject } from 'preact';

interface Frame {
  /** What is measured for the width: `useWidth`. */
  box: RefObject<HTMLDivElement | null>;
  width: number;
  height: number;
  /** Its accessible name. */
  says: string;
  children: ComponentChildren;
}

/** A picture of its own, pixel by pixel as large as it says, in a box as wide as there is room. */
export function Drawing({ box, width, height, says, children }: Frame) {
  return (
    <div ref={box}>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={says}>
        {children}
      </svg>
    </div>
  );
}
