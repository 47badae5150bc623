import type { Random } from '@ptychokit/config';
import { gaussianBlur, type RealMap } from '../gaussian-blur.js';
import { drawLine, type Pixel } from './draw-line.js';

const BLURS = [
  { sigma: 1, weight: 1 },
  { sigma: 5, weight: 2 },
  { sigma: 10, weight: 5 },
] as const;

/** Options of {@link linesMap}. */
export interface LinesOptions {
  readonly height: number;
  readonly width: number;
  readonly random: Random;
  /** Number of lines on a canvas twice as high and wide; default 400. */
  readonly count?: number;
}

/**
 * Amplitude map of random straight lines at three sharpnesses: one-pixel lines between random points of a doubled canvas, the sum of its
 * Gaussian blurs with sigma 1, 5 and 10 pixels weighted 1, 2 and 5, cut to the middle. Mean about 2.9 for a square of 400 lines.
 */
export function linesMap({ height, width, random, count = 400 }: LinesOptions): RealMap {
  const canvas = { height: 2 * height, width: 2 * width, data: new Float64Array(4 * height * width) };
  for (let line = 0; line < count; line++) {
    const point = (): Pixel => ({ column: random.integer(canvas.width), row: random.integer(canvas.height) });
    drawLine(canvas, point(), point());
  }
  const data = new Float64Array(height * width);
  const [top, left] = [Math.floor(height / 2), Math.floor(width / 2)];
  for (const { sigma, weight } of BLURS) {
    const blurred = gaussianBlur(canvas, sigma).data;
    for (let i = 0; i < data.length; i++) {
      const source = (top + Math.floor(i / width)) * canvas.width + left + (i % width);
      data[i] = (data[i] as number) + weight * (blurred[source] as number);
    }
  }
  return { height, width, data };
}
