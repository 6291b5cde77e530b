import { ticks } from '../../webviews/plots/scale';
import type { Cell } from './cells';
import { corrupted, rows, type Sets } from './data';
import type { Options, Scenario } from './options';
import { type Measure, measures, Results } from './statistics';

const colours: Record<Scenario, string> = {
  Baseline: '#6b7280',
  Naive: '#b45309',
  'DDC+HLC': '#2563eb',
  'RND+HLC': '#16a34a',
  'MDWI+HFC': '#dc2626',
};
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT, APART] = [640, 360, 56, 44, 20, 110, 5];

/** A plot a recipe and measure: accuracy over labels. Naive is in the tables only, as in the paper. */
export function plots(options: Options, cells: readonly Cell[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const recipe of options.recipes) {
    const results = new Results(cells, recipe, options.kinds);
    for (const measure of measures) files.set(`${recipe}-${measure}.svg`, plot(options, results, measure));
  }
  return files;
}

function plot({ labels }: Options, results: Results, measure: Measure): string {
  const lines = results
    .scenarios()
    .filter((scenario) => scenario !== 'Naive')
    .map((scenario) => ({ scenario, points: labels.map((n) => results.of(scenario, n, measure)) }));
  const ends = lines.flatMap(({ points }) =>
    points.flatMap((p) => (p ? [p.mean - (p.half ?? 0), p.mean + (p.half ?? 0)] : [])),
  );
  const [least, most] = ends.length === 0 ? [0, 100] : [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(0.1, (most - least) * 0.1);
  const [low, high] = [least - margin, most + margin];
  // The labels grow about twofold from one to the next: even steps are a logarithmic scale.
  const x = (at: number) => LEFT + ((at + 0.5) * (WIDTH - LEFT - RIGHT)) / labels.length;
  const y = (value: number) => TOP + ((high - value) * (HEIGHT - TOP - BOTTOM)) / (high - low);
  const grid = ticks([low, high], 7).map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#d1d5db"/>` +
      `<text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value.toFixed(1)}</text>`,
  );
  const names = labels.map(
    (n, at) => `<text x="${x(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${n}</text>`,
  );
  const drawn = lines.map(({ scenario, points }, line) => {
    const known = points.flatMap((p, at) => (p ? [{ ...p, at }] : []));
    const colour = colours[scenario];
    // Side by side: intervals do not hide each other.
    const place = (at: number) => x(at) + APART * (line - (lines.length - 1) / 2);
    const path = known.map(({ mean, at }) => `${place(at).toFixed(1)},${y(mean).toFixed(1)}`).join(' ');
    const bars = known.map(({ mean, half, at }) =>
      half === undefined
        ? ''
        : `<line x1="${place(at)}" x2="${place(at)}" y1="${y(mean - half)}" y2="${y(mean + half)}" stroke="${colour}"/>`,
    );
    const dots = known.map(({ mean, at }) => `<circle cx="${place(at)}" cy="${y(mean)}" r="3" fill="${colour}"/>`);
    const legend = `<text x="${WIDTH - RIGHT + 10}" y="${TOP + 14 + 18 * line}" fill="${colour}">${scenario}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${bars.join('')}${dots.join('')}${legend}`;
  });
  const axes =
    `<text x="4" y="${TOP - 4}">accuracy, %</text>` +
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">labels a corruption</text>`;
  return svg(WIDTH, HEIGHT, [...grid, ...names, ...drawn, axes].join('\n'));
}

/** Nine images of the test set, clean and under each corruption (Figures 15, 23, 27). */
export function sampleGrids({ kinds }: Options, { test }: Sets): Map<string, string> {
  const nine = rows(test, 0, 9);
  const sets = [['clean', nine] as const, ...kinds.map((kind) => [kind, corrupted(nine, 'test', kind)] as const)];
  const [height, width, channels] = nine.data.shape as [number, number, number];
  const rowsOf = sets.map(([name, { data }], line) => {
    const top = line * (height + 4);
    const images = Array.from({ length: 9 }, (_, at) => {
      const image = data.x.subarray(at * height * width * channels, (at + 1) * height * width * channels) as Uint8Array;
      const href = `data:image/bmp;base64,${bitmap(image, height, width, channels).toString('base64')}`;
      return `<image x="${100 + at * (width + 4)}" y="${top}" width="${width}" height="${height}" href="${href}"/>`;
    });
    return `<text x="94" y="${top + height / 2 + 4}" text-anchor="end">${name}</text>${images.join('')}`;
  });
  return new Map([['samples.svg', svg(100 + 9 * (width + 4), sets.length * (height + 4), rowsOf.join('\n'))]]);
}

/** An uncompressed bitmap, 24 bits a pixel. */
function bitmap(image: Uint8Array, height: number, width: number, channels: number): Buffer {
  const line = Math.ceil((width * 3) / 4) * 4;
  const bytes = Buffer.alloc(54 + line * height);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
    [26, 1 | (24 << 16)],
  ] as const) {
    bytes.writeUInt32LE(value, at);
  }
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let colour = 0; colour < 3; colour++) {
        // Bottom up, and blue first.
        const from = ((height - 1 - row) * width + column) * channels + (channels === 3 ? 2 - colour : 0);
        bytes[54 + row * line + column * 3 + colour] = image[from]!;
      }
    }
  }
  return bytes;
}

function svg(width: number, height: number, content: string): string {
  const style = 'font-family="system-ui, sans-serif" font-size="12" fill="#374151"';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ${style}>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${content}
</svg>
`;
}
