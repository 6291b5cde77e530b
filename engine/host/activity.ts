import type { EngineClient } from '../protocol';

/** What an engine is at, as seen from outside. */
export interface Activity {
  /** The runs that it is driving: a run of a killed engine says `running`, and nobody drives it. */
  runs(): string[];
  /** Does it watch for data, or a clock? Then the next run may begin any time. */
  armed(): Promise<boolean>;
  dispose(): void;
}

/** A run is under way from its first event until the engine calls it settled. */
export function watchActivity(client: EngineClient): Activity {
  const underWay = new Set<string>();
  const subscription = client.onEvent(({ run }) => {
    if (underWay.has(run)) return;
    underWay.add(run);
    const over = () => underWay.delete(run);
    client.settled({ run }).then(over, over);
  });
  return {
    runs: () => [...underWay],
    // An engine that can't say is about to leave.
    armed: () =>
      client.watches({}).then(
        (watches) => watches.length > 0,
        () => false,
      ),
    dispose: () => subscription.dispose(),
  };
}
