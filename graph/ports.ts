import { catalogue as builtins } from './catalogue';
import type { Signature } from './catalogue/signature';
import { NOWHERE } from './text/lines';
import type { InputPort, Node, OutputPort, Parameter, Workflow } from './workflow';

export interface Ports {
  readonly inputs: ReadonlyMap<string, InputPort>;
  readonly outputs: ReadonlyMap<string, OutputPort>;
}

const nowhere = { range: NOWHERE, nameRange: NOWHERE };

/** The signature of the built-in node that a node runs; undefined for one that runs an executor. */
export function signatureOf(
  node: Pick<Node, 'program'>,
  catalogue: ReadonlyMap<string, Signature> = builtins,
): Signature | undefined {
  return 'uses' in node.program ? catalogue.get(node.program.uses.replace(/^scanflow\//, '')) : undefined;
}

/** The ports of a node: those of its executor, or of the built-in node that it uses (which stand nowhere in the text). */
export function portsOf(
  workflow: Pick<Workflow, 'executors'>,
  node: Pick<Node, 'program'>,
  catalogue: ReadonlyMap<string, Signature> = builtins,
): Ports {
  // An executor is what its own ports are found at.
  if ('executor' in node.program) return workflow.executors.get(node.program.executor) ?? NO_PORTS;
  const signature = signatureOf(node, catalogue);
  return signature ? portsOfSignature(signature) : NO_PORTS;
}

const NO_PORTS: Ports = { inputs: new Map(), outputs: new Map() };

const known = new WeakMap<Signature, Ports>();

function portsOfSignature(signature: Signature): Ports {
  let ports = known.get(signature);
  if (!ports) {
    const inputs = signature.inputs.map((port) => ({ ...nowhere, optional: false, many: false, ...port }));
    const outputs = signature.outputs.map((port) => ({ ...nowhere, optional: false, ...port }));
    ports = {
      inputs: new Map(inputs.map((port) => [port.name, port])),
      outputs: new Map(outputs.map((port) => [port.name, port])),
    };
    known.set(signature, ports);
  }
  return ports;
}

/** The parameters that a node can be given below `with:`, as far as they are known: those of a built-in node. */
export function parametersOf(
  _workflow: Workflow,
  node: Pick<Node, 'program'>,
  catalogue: ReadonlyMap<string, Signature> = builtins,
): Map<string, Parameter> {
  const parameters = signatureOf(node, catalogue)?.parameters ?? [];
  return new Map(parameters.map((parameter) => [parameter.name, { ...nowhere, ...parameter }]));
}

/** Does what one port gives fit another? `file` fits everything; feedback holds samples, so it is a dataset; labels read like predictions. */
export function typesFit(given: string, taken: string): boolean {
  if (given === taken || given === 'file' || taken === 'file') return true;
  // Both are CSV `id,label`; predictions are no labels, for these are the truth to others.
  if (given === 'labels') return taken === 'predictions';
  return given === 'feedback' && taken === 'dataset';
}
