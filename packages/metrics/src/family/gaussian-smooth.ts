import { type RealImage, sizeOf } from '../image.js';

/** Gaussian smoothing, cut off at four standard deviations, the image mirrored at its edges (edge pixels repeated). */
export function gaussianSmoothed(image: RealImage, sigmaPx: number): RealImage {
  if (sigmaPx === 0) return image;
  const [rows, cols] = sizeOf(image);
  const radius = Math.floor(4 * sigmaPx + 0.5);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, k) => Math.exp(-0.5 * ((k - radius) / sigmaPx) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  const along = smoothLines(image.data, { lines: rows, length: cols, stride: 1, step: cols, weights, sum });
  return { shape: image.shape, data: smoothLines(along, { lines: cols, length: rows, stride: cols, step: 1, weights, sum }) };
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Distance in memory between neighbours of one line, and between the starts of lines. */
  readonly stride: number;
  readonly step: number;
  readonly weights: Float64Array;
  readonly sum: number;
}

function smoothLines(data: Float32Array | Float64Array, { lines, length, stride, step, weights, sum }: Lines): Float64Array {
  const result = new Float64Array(data.length);
  const radius = (weights.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      let total = 0;
      for (let k = 0; k < weights.length; k++) {
        const at = mirrored(i + k - radius, length);
        total += (weights[k] as number) * (data[line * step + at * stride] as number);
      }
      result[line * step + i * stride] = total / sum;
    }
  }
  return result;
}

function mirrored(i: number, length: number): number {
  const period = 2 * length;
  const at = ((i % period) + period) % period;
  return at < length ? at : period - 1 - at;
}
