export { biasGradient, reluGradient } from './activation-gradient';
export { adam } from './adam';
export { convolution, convolutionScratch } from './convolution';
export { filterGradient } from './filter-gradient';
export { addFront, behind, join } from './join';
export { batchStatistics, normalise, normaliseGradient } from './normalise';
export { averagePoolGradient, maxPoolGradient, upsampleGradient } from './pool-gradient';
export { product, productScratch } from './product';
