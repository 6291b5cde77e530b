export { biasGradient } from './activation-gradient';
export { convolution, convolutionScratch } from './convolution';
export { filterGradient } from './filter-gradient';
export { maxPoolGradient, upsampleGradient } from './pool-gradient';
export { product, productScratch } from './product';
