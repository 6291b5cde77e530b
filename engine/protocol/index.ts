export * from './errors';
export * from './events';
export * from './images';
export * from './lineage';

export * from './node-contract';
export * from './requests';
export * from './run';
export * from './states';
export * from './watch';
