import { amplitudeOf, type ComplexImage, type RealImage } from '@ptychokit/metrics';

/** Where an amplitude image was cut out of an object, up to one factor. */
export interface TruthWindow {
  readonly truth: RealImage;
  /** Object pixel of its first row and column. */
  readonly top: number;
  readonly left: number;
}

/** Finds a cut-out of an object's amplitude by the correlation of its middle row. */
export function locateTruth(truth: RealImage, object: ComplexImage): TruthWindow {
  const amplitude = amplitudeOf(object);
  const [rows = 0, cols = 0] = truth.shape;
  const [height = 0, width = 0] = amplitude.shape;
  const middle = Math.floor(rows / 2);
  const wanted = truth.data.subarray(middle * cols, (middle + 1) * cols);
  let best = { correlation: -1, top: 0, left: 0 };
  for (let top = 0; top + rows <= height; top++) {
    for (let left = 0; left + cols <= width; left++) {
      const start = (top + middle) * width + left;
      const correlation = correlate(wanted, amplitude.data.subarray(start, start + cols));
      if (correlation > best.correlation) best = { correlation, top, left };
    }
  }
  if (best.correlation < 0.9999) throw new RangeError(`the truth is no cut-out of the object: correlation ${best.correlation}`);
  return { truth, top: best.top, left: best.left };
}

function correlate(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [(a[i] as number) - ma, (b[i] as number) - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** A rectangle of a complex image. */
export function cutOut(
  image: ComplexImage,
  box: { readonly top: number; readonly left: number; readonly shape: readonly number[] },
): ComplexImage {
  const [rows = 0, cols = 0] = box.shape;
  const width = image.shape[1] as number;
  const data = new Float32Array(2 * rows * cols);
  for (let r = 0; r < rows; r++) {
    const start = 2 * ((box.top + r) * width + box.left);
    data.set(image.data.subarray(start, start + 2 * cols), 2 * r * cols);
  }
  return { shape: box.shape, data };
}
