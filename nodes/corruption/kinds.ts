import { glassBlur, glassBlurOfColour, motionBlur } from './blur';
import { cannyEdges } from './edges';
import { elastic } from './elastic';
import { apart, type Change, luminance, together } from './image';
import { jpeg } from './jpeg';
import { defocusBlur, zoomBlur } from './lens';
import { brightness, contrast, fog, lighter, stripe } from './light';
import { dottedLine, zigzag } from './lines';
import { gaussianNoise, impulseNoise, shotNoise, spatter } from './noise';
import { pixelate } from './pixelate';
import { rotate, scale, shear, translate } from './warp';
import { frost, snow } from './weather';

/** A corruption: its severities from 1 on (one, where it knows no more), and the one that its data set uses; 0: all of them. */
export interface Kind {
  severities: Change[];
  usual: number;
}

/** The 15 corruptions with the parameters of MNIST-C's generator (google-research/mnist-c); written anew from what they do. */
export const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['shot_noise', { severities: [60, 25, 12, 5, 3].map(shotNoise).map(apart), usual: 5 }],
  ['impulse_noise', { severities: [0.03, 0.06, 0.09, 0.17, 0.27].map(impulseNoise).map(apart), usual: 4 }],
  [
    'glass_blur',
    {
      severities: [
        glassBlur(0.7, 1, 2),
        glassBlur(0.9, 2, 1),
        glassBlur(1, 2, 3),
        glassBlur(1.1, 3, 2),
        glassBlur(1.5, 4, 2),
      ].map(together),
      usual: 1,
    },
  ],
  [
    'motion_blur',
    {
      severities: [motionBlur(10, 3), motionBlur(15, 5), motionBlur(15, 8), motionBlur(15, 12), motionBlur(20, 15)].map(
        together,
      ),
      usual: 1,
    },
  ],
  ['shear', { severities: [0.2, 0.4, 0.6, 0.8, 1].map(shear).map(together), usual: 2 }],
  ['scale', { severities: [0.9, 0.8, 0.7, 0.6, 0.5].map(scale).map(together), usual: 3 }],
  ['rotate', { severities: [0.2, 0.4, 0.6, 0.8, 1].map(rotate).map(together), usual: 2 }],
  ['brightness', { severities: [0.1, 0.2, 0.3, 0.4, 0.5].map(brightness).map(together), usual: 5 }],
  ['translate', { severities: [1, 2, 3, 4, 5].map(translate).map(together), usual: 3 }],
  ['stripe', { severities: [stripe].map(together), usual: 1 }],
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
      ].map(together),
      usual: 4,
    },
  ],
  ['dotted_line', { severities: [dottedLine].map(together), usual: 1 }],
  ['zigzag', { severities: [zigzag].map(together), usual: 1 }],
  [
    'canny_edges',
    {
      // The edges of what the eye sees, in white.
      severities: [
        (channels, chance) => {
          const edges = cannyEdges(luminance(channels), chance());
          return channels.map(() => edges);
        },
      ],
      usual: 1,
    },
  ],
]);

/** NumPy's `arange` up to 1.06 and to 1.11, as the generator calls it, has one step more than is meant. */
const zooms = (length: number): number[] => Array.from({ length }, (_, i) => 1 + i * (1.01 - 1));

/** CIFAR-10-C's 15 corruptions with the parameters of its generator (hendrycks/robustness); it holds all five severities. */
export const cifarKinds: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  (
    [
      ['gaussian_noise', [0.04, 0.06, 0.08, 0.09, 0.1].map(gaussianNoise).map(apart)],
      ['shot_noise', [500, 250, 100, 75, 50].map(shotNoise).map(apart)],
      ['impulse_noise', [0.01, 0.02, 0.03, 0.05, 0.07].map(impulseNoise).map(apart)],
      [
        'defocus_blur',
        [
          defocusBlur(0.3, 0.4),
          defocusBlur(0.4, 0.5),
          defocusBlur(0.5, 0.6),
          defocusBlur(1, 0.2),
          defocusBlur(1.5, 0.1),
        ].map(together),
      ],
      [
        'glass_blur',
        [
          glassBlurOfColour(0.05, 1, 1),
          glassBlurOfColour(0.25, 1, 1),
          glassBlurOfColour(0.4, 1, 1),
          glassBlurOfColour(0.25, 1, 2),
          glassBlurOfColour(0.4, 1, 2),
        ].map(together),
      ],
      [
        'motion_blur',
        [motionBlur(6, 1), motionBlur(6, 1.5), motionBlur(6, 2), motionBlur(8, 2), motionBlur(9, 2.5)].map(together),
      ],
      ['zoom_blur', [7, 12, 16, 21, 26].map(zooms).map(zoomBlur).map(together)],
      [
        'snow',
        [
          snow({ mean: 0.1, deviation: 0.2, zoom: 1, level: 0.6, radius: 8, sigma: 3, clear: 0.95 }),
          snow({ mean: 0.1, deviation: 0.2, zoom: 1, level: 0.5, radius: 10, sigma: 4, clear: 0.9 }),
          snow({ mean: 0.15, deviation: 0.3, zoom: 1.75, level: 0.55, radius: 10, sigma: 4, clear: 0.9 }),
          snow({ mean: 0.25, deviation: 0.3, zoom: 2.25, level: 0.6, radius: 12, sigma: 6, clear: 0.85 }),
          snow({ mean: 0.3, deviation: 0.3, zoom: 1.25, level: 0.65, radius: 14, sigma: 12, clear: 0.8 }),
        ],
      ],
      ['frost', [frost(1, 0.2), frost(1, 0.3), frost(0.9, 0.4), frost(0.85, 0.4), frost(0.75, 0.45)]],
      ['fog', [fog(0.2, 3, 32), fog(0.5, 3, 32), fog(0.75, 2.5, 32), fog(1, 2, 32), fog(1.5, 1.75, 32)]],
      ['brightness', [0.05, 0.1, 0.15, 0.2, 0.3].map(lighter)],
      ['contrast', [0.75, 0.5, 0.4, 0.3, 0.15].map(contrast).map(together)],
      [
        'elastic_transform',
        [
          elastic(0, 0, 0.08),
          elastic(0.05, 0.2, 0.07),
          elastic(0.08, 0.06, 0.06),
          elastic(0.1, 0.04, 0.05),
          elastic(0.1, 0.03, 0.03),
        ].map(together),
      ],
      ['pixelate', [0.95, 0.9, 0.85, 0.75, 0.65].map(pixelate).map(together)],
      ['jpeg_compression', [80, 65, 58, 50, 40].map(jpeg)],
    ] satisfies [string, Change[]][]
  ).map(([name, severities]) => [name, { severities, usual: 0 }]),
);

/** Families of corruptions by the name of the data set that they make. */
export const families: ReadonlyMap<string, ReadonlyMap<string, Kind>> = new Map([
  ['mnist-c', kinds],
  ['cifar-10-c', cifarKinds],
]);
