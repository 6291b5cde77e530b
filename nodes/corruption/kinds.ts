import { glassBlur, motionBlur } from './blur';
import { cannyEdges } from './edges';
import type { Corrupt } from './image';
import { brightness, fog, stripe } from './light';
import { dottedLine, zigzag } from './lines';
import { impulseNoise, shotNoise, spatter } from './noise';
import { rotate, scale, shear, translate } from './warp';

/** A corruption of MNIST-C: its severities from 1 on (one, where it knows no more), and the one that MNIST-C uses. */
export interface Kind {
  severities: Corrupt[];
  usual: number;
}

/** The 15 corruptions with the parameters of MNIST-C's generator (google-research/mnist-c); written anew from what they do. */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['shot_noise', { severities: [60, 25, 12, 5, 3].map(shotNoise), usual: 5 }],
  ['impulse_noise', { severities: [0.03, 0.06, 0.09, 0.17, 0.27].map(impulseNoise), usual: 4 }],
  [
    'glass_blur',
    {
      severities: [
        glassBlur(0.7, 1, 2),
        glassBlur(0.9, 2, 1),
        glassBlur(1, 2, 3),
        glassBlur(1.1, 3, 2),
        glassBlur(1.5, 4, 2),
      ],
      usual: 1,
    },
  ],
  [
    'motion_blur',
    {
      severities: [motionBlur(10, 3), motionBlur(15, 5), motionBlur(15, 8), motionBlur(15, 12), motionBlur(20, 15)],
      usual: 1,
    },
  ],
  ['shear', { severities: [0.2, 0.4, 0.6, 0.8, 1].map(shear), usual: 2 }],
  ['scale', { severities: [0.9, 0.8, 0.7, 0.6, 0.5].map(scale), usual: 3 }],
  ['rotate', { severities: [0.2, 0.4, 0.6, 0.8, 1].map(rotate), usual: 2 }],
  ['brightness', { severities: [0.1, 0.2, 0.3, 0.4, 0.5].map(brightness), usual: 5 }],
  ['translate', { severities: [1, 2, 3, 4, 5].map(translate), usual: 3 }],
  ['stripe', { severities: [stripe], usual: 1 }],
  ['fog', { severities: [fog(1.5, 2), fog(2, 2), fog(2.5, 1.7), fog(2.5, 1.5), fog(3, 1.4)], usual: 5 }],
  [
    'spatter',
    {
      severities: [
        spatter({ mean: 0.65, deviation: 0.3, sigma: 4, level: 0.69, smooth: 0.6 }),
        spatter({ mean: 0.65, deviation: 0.3, sigma: 3, level: 0.68, smooth: 0.6 }),
        spatter({ mean: 0.65, deviation: 0.3, sigma: 2, level: 0.68, smooth: 0.5 }),
        spatter({ mean: 0.65, deviation: 0.3, sigma: 1, level: 0.65, smooth: 1.5 }),
        spatter({ mean: 0.67, deviation: 0.4, sigma: 1, level: 0.65, smooth: 1.5 }),
      ],
      usual: 4,
    },
  ],
  ['dotted_line', { severities: [dottedLine], usual: 1 }],
  ['zigzag', { severities: [zigzag], usual: 1 }],
  ['canny_edges', { severities: [cannyEdges], usual: 1 }],
]);
