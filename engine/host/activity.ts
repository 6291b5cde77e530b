import type { EngineClient } from '../protocol';

/** The runs that an engine is driving, as seen from outside: a run of a killed engine says `running`, and nobody drives it. */
export interface Activity {
  runs(): string[];
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
  return { runs: () => [...underWay], dispose: () => subscription.dispose() };
}
