import { t } from '../words';

/** Browsers refuse larger pictures, or come back with an empty one (pixels a side, pixels in all). */
const LONGEST = 16_000;
const MOST = 100_000_000;
const SHARP = 2;

/** How large a picture may be: twice the graph's own size, less where that is too much to paint. */
export function scaleFor(width: number, height: number): number {
  return Math.min(SHARP, LONGEST / width, LONGEST / height, Math.sqrt(MOST / (width * height)));
}

/** Paints an SVG file of its own. @returns the bytes of a PNG file, and the scale that it was painted at. */
export async function paint(svg: string): Promise<{ png: Uint8Array; scale: number }> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = scaleFor(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(scale * image.naturalWidth);
    canvas.height = Math.ceil(scale * image.naturalHeight);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error(t('The browser could not paint a picture of this size.'));
    return { png: new Uint8Array(await blob.arrayBuffer()), scale };
  } finally {
    URL.revokeObjectURL(url);
  }
}
