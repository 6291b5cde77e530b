import type { NodeKind, NodeNature, ParameterType, PortType, Value } from '../workflow';

/** What a built-in node looks like from outside: the standard library of the language. Its program is in nodes/. */
export interface Signature {
  /** As in `uses: scanflow/<name>`. */
  name: string;
  kind: NodeKind;
  nature: NodeNature;
  /** One sentence for hovers and the docs, then paragraphs. */
  description: string;
  /** The algorithm of the paper that it implements, where there is one. */
  paper?: string;
  inputs: SignatureInput[];
  outputs: SignatureOutput[];
  parameters: SignatureParameter[];
}

export interface SignatureInput {
  name: string;
  type: PortType;
  optional?: boolean;
  many?: boolean;
  /** Heeds an array or column `weight`. */
  weights?: boolean;
  description: string;
}

export interface SignatureOutput {
  name: string;
  type: PortType;
  optional?: boolean;
  /** Below `$SCANFLOW_OUTPUTS`. */
  path: string;
  description: string;
}

export interface SignatureParameter {
  name: string;
  type: ParameterType;
  /** Undefined: the parameter must be given. */
  default?: Value;
  minimum?: number;
  maximum?: number;
  enum?: Value[];
  /** It names columns of the tables at these inputs. */
  columns?: string[];
  /** The optional input without which another value than the default means nothing. */
  needs?: string;
  description: string;
}
