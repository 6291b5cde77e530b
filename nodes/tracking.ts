import { setTimeout } from 'node:timers/promises';
import { ENV } from '../engine/protocol';

/** What a node tells the tracker of its own run. Nothing of it can fail the node. */
export interface Tracking {
  /** @param step Where in a training; 0 for a result. */
  metrics(values: Readonly<Record<string, number>>, step?: number): void;
  /** What a node says of its run in words; lineage and the tracker show it. */
  tags(values: Readonly<Record<string, string>>): void;
  /** Sends what is left. */
  flush(): Promise<void>;
}

interface Metric {
  key: string;
  value: number | string;
  timestamp: number;
  step: number;
}

interface Tag {
  key: string;
  value: string;
}

/** MLflow's limit of a tag's value. */
const MOST_LETTERS = 5000;

/** MLflow's limit of one request. */
const MOST_METRICS = 1000;

const TRIES = 4;

/**
 * A client of the one call of MLflow's REST interface that built-in nodes need. Without a tracker it does nothing; a
 * tracker that does not answer is said once in the log, and what was to be sent is lost.
 */
export function connectTracking(
  env: Readonly<Record<string, string | undefined>>,
  log: (line: string) => void,
  pause: (milliseconds: number) => Promise<unknown> = setTimeout,
): Tracking {
  const uri = env[ENV.trackingUri]?.replace(/\/+$/, '');
  const run = env[ENV.runId];
  const token = env[ENV.trackingToken];
  const waiting: Metric[] = [];
  let sending = Promise.resolve();
  let lost = false;

  const post = async (batch: { metrics?: Metric[]; tags?: Tag[] }) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await request(`${uri}/api/2.0/mlflow/runs/log-batch`, { run_id: run, ...batch }, token);
      if (answer === 'stored') return;
      if (answer.final || attempt === TRIES) {
        if (!lost) log(`The tracker at ${uri} did not take metrics: ${answer.why}. The node goes on without it.`);
        lost = true;
        return;
      }
      await pause(250 * 4 ** (attempt - 1));
    }
  };
  const send = () => {
    while (waiting.length > 0 && !lost) {
      const metrics = waiting.splice(0, MOST_METRICS);
      sending = sending.then(() => post({ metrics }));
    }
  };

  return {
    metrics(values, step = 0) {
      if (!uri || !run) return;
      const timestamp = Date.now();
      for (const [key, value] of Object.entries(values)) {
        waiting.push({ key, value: Number.isFinite(value) ? value : spell(value), timestamp, step });
      }
      send();
    },
    tags(values) {
      if (!uri || !run) return;
      const tags = Object.entries(values).map(([key, value]) => ({ key, value: value.slice(0, MOST_LETTERS) }));
      sending = sending.then(() => (lost ? undefined : post({ tags })));
    },
    async flush() {
      send();
      await sending;
    },
  };
}

type Answer = 'stored' | { final: boolean; why: string };

async function request(url: string, body: unknown, token: string | undefined): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.ok) return 'stored';
    const again = response.status === 408 || response.status === 429 || response.status >= 500;
    return { final: !again, why: `${response.status} ${text.slice(0, 200)}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { final: false, why: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** MLflow's spelling of what JSON has no numbers for. */
function spell(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
