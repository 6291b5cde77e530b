import { fault, type Lineage } from '../protocol';
import { openLineage } from '../provenance/formats/openlineage';
import { provJson } from '../provenance/formats/prov';
import { roCrate } from '../provenance/formats/ro-crate';
import { lineageOf } from '../provenance/lineage';
import { query } from '../provenance/query';
import type { EngineRooms } from '../runs/run-context';
import type { Handlers } from './handlers';

const FORMATS = new Map<string, (lineage: Lineage) => object>([
  ['prov', provJson],
  ['openlineage', openLineage],
  ['ro-crate', (lineage) => roCrate(lineage, new Date())],
]);

/** Questions about what was recorded. */
export function provenanceRequests(rooms: EngineRooms): Pick<Handlers, 'query' | 'lineage' | 'provenance'> {
  return {
    query: (request) => query(rooms, request),
    lineage: ({ thing }) => lineageOf(rooms, thing),
    provenance: async ({ thing, format }) => {
      const write = FORMATS.get(format);
      if (write) return { document: write(await lineageOf(rooms, thing)) };
      throw fault(
        'SF3082',
        'request',
        `There is no provenance format ${JSON.stringify(format.slice(0, 100))}.`,
        `Choose one of ${[...FORMATS.keys()].join(', ')}.`,
      );
    },
  };
}
