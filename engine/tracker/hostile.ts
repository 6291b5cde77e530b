import { expect } from 'vitest';
import { type RawRequest, type Served, serve } from './served';

/** For tests of requests that must be refused: by a 4xx in JSON, without an unforeseen error, and without a trace in the store. */

/** A served tracker with one run, and where that has its artifacts. */
export async function withRun(): Promise<Served & { run: string; artifacts: string }> {
  const served = await serve();
  const { runId, experimentId } = await served.tracker.createRun({ experiment: 'e', name: 'r', tags: {}, params: {} });
  return { ...served, run: runId, artifacts: `/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts` };
}

export async function assertRefused(served: Served, request: RawRequest, statuses: readonly number[]): Promise<void> {
  const answer = await served.send(request);
  expect(statuses, `${request.method ?? 'GET'} ${request.path} -> ${answer.status} ${answer.text}`).toContain(
    answer.status,
  );
  expect(answer.json.error_code, answer.text).toMatch(/^[A-Z_]+$/);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(served.errors).toEqual([]);
}
