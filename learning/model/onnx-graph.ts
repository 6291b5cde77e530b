import { float, message, nested, whole } from './protobuf';

/** Numbers of ONNX: the kinds of attributes and of tensors that are used here. */
const ATTRIBUTE = { float: 1, int: 2, text: 3, ints: 7 };
const TENSOR = { float: 1, int64: 7 };

type Attribute = number | string | number[] | { float: number };

/** Builds an ONNX graph (opset 13) node by node; values are known by the names that come back. */
export class OnnxGraph {
  private readonly nodes: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];

  /** A constant tensor. */
  constant(values: Float32Array | number[], shape: number[]): string {
    const name = `c${this.initializers.length}`;
    const isFloat = values instanceof Float32Array;
    const raw = isFloat
      ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      : new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initializers.push(
      message(
        ...shape.map((side) => whole(1, side)),
        whole(2, isFloat ? TENSOR.float : TENSOR.int64),
        nested(8, name),
        nested(9, raw),
      ),
    );
    return name;
  }

  /** One operation; an empty input name stands for one that is left out. */
  add(operation: string, inputs: string[], attributes: Record<string, Attribute> = {}, output?: string): string {
    const name = output ?? `v${this.nodes.length}`;
    this.nodes.push(
      message(
        ...inputs.map((input) => nested(1, input)),
        nested(2, name),
        nested(3, `${operation}_${this.nodes.length}`),
        nested(4, operation),
        ...Object.entries(attributes).map(([key, value]) => nested(5, attribute(key, value))),
      ),
    );
    return name;
  }

  /**
   * The file.
   *
   * @param input Name and shape of a sample; the first side, their number, is open.
   * @param metadata What a reader may want to know, as text.
   */
  finish(
    input: { name: string; shape: number[] },
    output: { name: string; shape: number[] },
    metadata: Record<string, string>,
  ): Uint8Array {
    const graph = message(
      ...this.nodes.map((node) => nested(1, node)),
      nested(2, 'scanflow'),
      ...this.initializers.map((tensor) => nested(5, tensor)),
      nested(11, valueInfo(input)),
      nested(12, valueInfo(output)),
    );
    return message(
      whole(1, 8),
      nested(2, 'Scanflow'),
      nested(7, graph),
      nested(8, message(nested(1, ''), whole(2, 13))),
      ...Object.entries(metadata).map(([key, value]) => nested(14, message(nested(1, key), nested(2, value)))),
    );
  }
}

function attribute(name: string, value: Attribute): Uint8Array {
  const named = nested(1, name);
  if (typeof value === 'number') return message(named, whole(3, value), whole(20, ATTRIBUTE.int));
  if (typeof value === 'string') return message(named, nested(4, value), whole(20, ATTRIBUTE.text));
  if (Array.isArray(value)) return message(named, ...value.map((each) => whole(8, each)), whole(20, ATTRIBUTE.ints));
  return message(named, float(2, value.float), whole(20, ATTRIBUTE.float));
}

function valueInfo({ name, shape }: { name: string; shape: number[] }): Uint8Array {
  const sides = [nested(2, 'samples'), ...shape.map((side) => whole(1, side))];
  const tensor = message(whole(1, TENSOR.float), nested(2, message(...sides.map((side) => nested(1, side)))));
  return message(nested(1, name), nested(2, message(nested(1, tensor))));
}
