export * from './catalogue/signature';
export * from './problem';
export * from './workflow';
