import { type Call, get, type Route } from '../http/route';
import { page, pageSize } from '../pages';
import { refuse } from '../refusal';
import { requireRun } from '../runs';
import { wirePoint } from '../wire';

/** `/mlflow/metrics`: what a metric was, step by step. */
export const metricRoutes: Route[] = [
  get('/mlflow/metrics/get-history', history),
  get('/mlflow/metrics/get-history-bulk-interval', interval),
];

const PAGE = 25_000;
const MOST_RUNS = 100;
const MOST_POINTS = 2500;

async function history({ database, fields }: Call) {
  const run = fields.optionalText('run_id') || fields.text('run_uuid');
  const points = await database.history(run, fields.text('metric_key'));
  const asked = fields.integer('max_results');
  const size = asked === null ? points.length : pageSize(asked, PAGE, PAGE);
  const { items, next } = page(points, Math.max(1, size), fields.optionalText('page_token'));
  return { metrics: items.map((point) => wirePoint(point)), ...(next === null ? {} : { next_page_token: next }) };
}

/** At most `max_results` points a run, spread over the steps; the first and the last are among them. */
async function interval({ database, fields }: Call) {
  const runs = fields.texts('run_ids');
  if (runs.length === 0 || runs.length > MOST_RUNS) {
    throw refuse('INVALID_PARAMETER_VALUE', `GetMetricHistoryBulkInterval takes 1 to ${MOST_RUNS} run_ids.`);
  }
  const key = fields.text('metric_key');
  const from = fields.integer('start_step') ?? Number.NEGATIVE_INFINITY;
  const to = fields.integer('end_step') ?? Number.POSITIVE_INFINITY;
  if (from > to) throw refuse('INVALID_PARAMETER_VALUE', 'end_step must not be before start_step.');
  const most = pageSize(fields.integer('max_results'), 320, MOST_POINTS);
  const metrics = [];
  for (const id of runs) {
    const run = requireRun(database.state, id);
    const points = (await database.history(run.id, key)).filter(({ step }) => step >= from && step <= to);
    points.sort((a, b) => a.step - b.step);
    metrics.push(...spread(points, most).map((point) => wirePoint(point, id)));
  }
  return { metrics };
}

function spread<T>(items: T[], most: number): T[] {
  if (items.length <= most) return items;
  if (most === 1) return items.slice(-1);
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}
