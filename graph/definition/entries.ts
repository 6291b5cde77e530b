import type { Report } from '../report';
import type { CheckContext, Origin, Place } from './place';
import type { Shape } from './shape';

interface Known {
  shape: Shape;
  origin: Origin;
  checked: unknown;
}

/** What was found right of an entry, as long as the composer keeps the entry. */
const known = new WeakMap<object, Known>();

/**
 * What an entry of the file means: as it was found before, moved to where it stands now, or by looking. What something is
 * wrong with is looked at each time, because its problems have to be told each time.
 */
export function knownEntry(
  holder: object,
  shape: Shape,
  place: Place,
  context: CheckContext,
  look: (context: CheckContext) => unknown,
): unknown {
  const before = known.get(holder);
  if (before?.shape === shape) {
    before.origin.start = place.start;
    before.origin.lines = context.lines;
    return before.checked;
  }
  let right = true;
  const report: Report = {
    ...context.report,
    add: (...problem) => {
      right = false;
      context.report.add(...problem);
    },
  };
  const origin: Origin = { start: place.start, lines: context.lines };
  const checked = look({ ...context, report, origin });
  if (right) known.set(holder, { shape, origin, checked });
  return checked;
}
