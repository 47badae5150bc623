import { type RealImage, sizeOf } from './image.js';

/** A separable window: its weights along one axis sum to 1. */
export interface SsimWindow {
  readonly weights: Float64Array;
  /** Factor from population to sample covariance. */
  readonly covarianceFactor: number;
}

/** Gaussian of standard deviation 1.5, 11 x 11, population covariance. */
export function gaussianWindow(): SsimWindow {
  const weights = Float64Array.from({ length: 11 }, (_, i) => Math.exp(-0.5 * ((i - 5) / 1.5) ** 2));
  const sum = weights.reduce((a, b) => a + b, 0);
  return { weights: weights.map((w) => w / sum), covarianceFactor: 1 };
}

/** 7 x 7 equal weights, sample covariance. */
export function uniformWindow(): SsimWindow {
  return { weights: new Float64Array(7).fill(1 / 7), covarianceFactor: 49 / 48 };
}

/** Luminance term and contrast-structure term at every pixel whose window lies in the image; other pixels hold 0. */
export interface SsimMaps {
  readonly luminance: Float64Array;
  readonly contrastStructure: Float64Array;
  readonly radius: number;
}

/** The two terms of SSIM (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13, 600 (2004), eq. 12-13; K1 = 0.01, K2 = 0.03). */
export function ssimMaps(truth: RealImage, image: RealImage, options: { readonly window: SsimWindow; readonly range: number }): SsimMaps {
  const { window, range } = options;
  const [rows, cols] = sizeOf(truth);
  const [x, y] = [truth.data, image.data];
  const squares = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)] as const;
  for (let i = 0; i < x.length; i++) {
    const a = x[i] as number;
    const b = y[i] as number;
    squares[0][i] = a * a;
    squares[1][i] = b * b;
    squares[2][i] = a * b;
  }
  const filter = (data: Float32Array | Float64Array) => filtered(data, { rows, cols, weights: window.weights });
  const [ux, uy, uxx, uyy, uxy] = [filter(x), filter(y), filter(squares[0]), filter(squares[1]), filter(squares[2])];
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const radius = (window.weights.length - 1) / 2;
  const luminance = new Float64Array(x.length);
  const contrastStructure = new Float64Array(x.length);
  for (let r = radius; r < rows - radius; r++) {
    for (let i = r * cols + radius; i < (r + 1) * cols - radius; i++) {
      const a = ux[i] as number;
      const b = uy[i] as number;
      const varianceSum = window.covarianceFactor * ((uxx[i] as number) - a * a + (uyy[i] as number) - b * b);
      const covariance = window.covarianceFactor * ((uxy[i] as number) - a * b);
      luminance[i] = (2 * a * b + c1) / (a * a + b * b + c1);
      contrastStructure[i] = (2 * covariance + c2) / (varianceSum + c2);
    }
  }
  return { luminance, contrastStructure, radius };
}

interface FilterOptions {
  readonly rows: number;
  readonly cols: number;
  readonly weights: Float64Array;
}

/** Weighted means where the window fits; elsewhere 0. */
function filtered(data: Float32Array | Float64Array, { rows, cols, weights }: FilterOptions): Float64Array {
  const radius = (weights.length - 1) / 2;
  const along = new Float64Array(data.length);
  const result = new Float64Array(data.length);
  for (let k = 0; k < weights.length; k++) {
    const w = weights[k] as number;
    for (let r = 0; r < rows; r++) {
      for (let i = r * cols + radius; i < (r + 1) * cols - radius; i++)
        along[i] = (along[i] as number) + w * (data[i + k - radius] as number);
    }
  }
  for (let k = 0; k < weights.length; k++) {
    const w = weights[k] as number;
    const offset = (k - radius) * cols;
    for (let i = radius * cols; i < (rows - radius) * cols; i++) result[i] = (result[i] as number) + w * (along[i + offset] as number);
  }
  return result;
}
