export * from './catalogue';
export * from './catalogue/signature';
export { type Code, codes } from './codes';
export { documentShape } from './definition/document';
export { jsonSchema } from './definition/json-schema';
export type * from './definition/shape';
export {
  type Condition,
  type ConditionProblem,
  evaluateCondition,
  type MetricName,
  parseCondition,
} from './language/condition';
export { readEndpoint, type WrittenEndpoint } from './language/endpoint';
export { exactReference, referencesIn, substitute } from './language/substitution';
export * as algorithms from './multigraph/algorithms';
export { type EdgeAttributes, type NodeAttributes, toGraph, type WorkflowGraph } from './multigraph/multigraph';
export { type ParsedWorkflow, parseWorkflow } from './parse';
export { boundInputs, edgesOfPhase, executingNodes, phasesOf, requiredInputs } from './phases';
export { type Ports, parametersOf, portsOf, signatureOf, typesFit } from './ports';
export * from './problem';
export { resolveParameters } from './resolve-parameters';
export { closest } from './suggest';
export { type Composer, createComposer } from './text/compose';
export { type Lines, linesOf, NOWHERE } from './text/lines';
export * from './workflow';
