import { typesFit } from '../../graph/ports';
import type { Outline, OutlinePort } from './outline';

/** An edge that could be drawn between two nodes. */
export interface Connection {
  /** As the text writes it: `model.model`, `sources.clean`, `trial`. */
  from: string;
  to: string;
  /** `model → model`: the types of both ends; empty for order alone. */
  types: string;
  /** Its input has an edge already, and takes one. */
  taken: boolean;
}

/** The edges that fit between two nodes: each output to each input of its type, free inputs first, then order alone. */
export function connectionsBetween({ ports, edges }: Outline, from: string, to: string): Connection[] {
  const outputs = ports[from]?.outputs ?? [];
  const inputs = ports[to]?.inputs ?? [];
  const end = (node: string, { name }: OutlinePort) => (name === '' ? node : `${node}.${name}`);
  const isTaken = ({ name, many }: OutlinePort) =>
    !many && edges.some((edge) => edge.to === to && edge.toPort === name);
  const fitting = outputs.flatMap((output) =>
    inputs
      .filter((input) => typesFit(output.type, input.type))
      .map(
        (input): Connection => ({
          from: end(from, output),
          to: end(to, input),
          types: `${output.type} → ${input.type}`,
          taken: isTaken(input),
        }),
      ),
  );
  const order = from.startsWith('sources.') || to.startsWith('sources.') ? [] : [{ from, to, types: '', taken: false }];
  return [...fitting.filter(({ taken }) => !taken), ...fitting.filter(({ taken }) => taken), ...order];
}
