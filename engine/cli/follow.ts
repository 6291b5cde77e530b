import { type EngineClient, isProgress, type RunEvent, type RunSummary } from '../protocol';

/**
 * Follows a run from its first event to its end.
 * Each event is seen once and in the order of the journal, whether it came as an answer or was lived through; what was
 * missed is asked for. Progress comes between and is not counted.
 *
 * @param since Sequence after which to begin; default: all.
 */
export async function followRun(
  client: EngineClient,
  run: string,
  see: (event: RunEvent) => void,
  since = -1,
): Promise<RunSummary> {
  let last = since;
  /** Holds live events back until the past is known. */
  let early: RunEvent[] | null = [];
  let asking = false;

  function takeAnswer(events: readonly RunEvent[]): void {
    for (const event of events) {
      if (event.sequence <= last) continue;
      last = event.sequence;
      see(event);
    }
  }

  function takeLive(event: RunEvent): void {
    if (isProgress(event)) see(event);
    else if (event.sequence === last + 1) takeAnswer([event]);
    else if (event.sequence > last + 1) void catchUp();
  }

  async function catchUp(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      takeAnswer(await client.follow({ run, after: last }));
    } catch {
      // Whoever is gone is noticed by who waits for the end.
    } finally {
      asking = false;
    }
  }

  const subscription = client.onEvent((event) => {
    if (event.run !== run) return;
    if (early) early.push(event);
    else takeLive(event);
  });
  try {
    takeAnswer(await client.follow({ run, after: since }));
    for (const event of early) takeLive(event);
    early = null;
    const summary = await client.settled({ run });
    // The answer may overtake the last events.
    takeAnswer(await client.follow({ run, after: last }));
    return summary;
  } finally {
    subscription.dispose();
  }
}
