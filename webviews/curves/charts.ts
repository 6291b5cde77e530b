import type { Curve } from '../../extension/messages/curves';

/** One line of a chart. */
export interface Line {
  /** What tells it from the others of its chart. */
  name: string;
  points: Curve['points'];
}

/** Curves that are looked at together. */
export interface ChartOf {
  /** The node, of a candidate's with its branch. */
  node: string;
  metric: string;
  lines: Line[];
}

/** What a metric's name says of the samples it was measured on, as Scanflow, Keras, Lightning and scikit-learn write it. */
const MEASURED_ON = /^(training|train|validation|valid|val|testing|test|eval)[_\-/. ]/i;

/**
 * The curves of a run, in charts: of one node a metric of what it learned from and of what it did not (`training_loss`,
 * `validation_loss`; `loss`, `val_loss`), of all its versions and phases. Metrics stand as they were told first.
 */
export function chartsOf(curves: readonly Curve[]): ChartOf[] {
  const together = Map.groupBy(curves, (curve) => JSON.stringify([partsOf(curve).node, family(curve.metric)]));
  return [...together.values()].map((all) => {
    const inOrder = all.toSorted((one, other) => rank(one.metric) - rank(other.metric));
    const varies = (of: (curve: Curve) => string) => new Set(all.map(of)).size > 1;
    const metrics = varies(({ metric }) => metric);
    const told = [
      ...(varies((curve) => partsOf(curve).version) ? [(curve: Curve) => partsOf(curve).version] : []),
      ...(metrics ? [({ metric }: Curve) => metric] : []),
      ...(varies(({ phase }) => phase ?? '') ? [({ phase }: Curve) => phase ?? ''] : []),
    ];
    return {
      node: partsOf(all[0]!).node,
      metric: metrics ? family(all[0]!.metric) : all[0]!.metric,
      lines: inOrder.map((curve) => ({
        name: told.length > 0 ? told.map((tell) => tell(curve)).join(' ') : curve.metric,
        points: curve.points,
      })),
    };
  });
}

/** The point of a line at a step, or the last before it. */
export function pointAt(points: Curve['points'], step: number): Curve['points'][number] | undefined {
  return points.findLast((point) => point.step <= step);
}

/** The step, of all that lines have a point at, which is nearest to where somebody points. */
export function nearestStep(lines: readonly Line[], step: number): number | undefined {
  const far = (one: number) => Math.abs(one - step);
  let nearest: number | undefined;
  for (const { points } of lines) {
    for (const point of points) if (nearest === undefined || far(point.step) < far(nearest)) nearest = point.step;
  }
  return nearest;
}

const family = (metric: string): string => metric.replace(MEASURED_ON, '');

/** What was learned from, first. */
const rank = (metric: string): number => (/^(val|test|eval)/i.test(metric) ? 1 : 0);

/** `trainer/candidate/model[lr=0.1]` -> `trainer/candidate/model` and `lr=0.1`. */
function partsOf({ node }: Curve): { node: string; version: string } {
  const [, name, version] = /^(.*?)(?:\[([^\]]*)\])?$/.exec(node)!;
  return { node: name!, version: version ?? '' };
}
