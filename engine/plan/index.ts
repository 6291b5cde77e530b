export * from './branches';
export * from './cache-key';
export * from './effective';
export { FORMER, programs } from './engine-nodes';
export * from './holdout';
export * from './plan';
export * from './step';
