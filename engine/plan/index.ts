export * from './branches';
export * from './cache-key';
export * from './effective';
export * from './holdout';
export * from './plan';
export * from './step';
