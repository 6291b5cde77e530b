export { biasGradient, flipFilter } from './activation-gradient';
export { filterGradient } from './filter-gradient';
export { maxPoolGradient, upsampleGradient } from './pool-gradient';
