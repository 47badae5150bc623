/** A complex image `[rows, cols]`: real and imaginary parts in turn, row-major; `data.length` is twice the number of pixels. */
export interface ComplexImage {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** A real image `[rows, cols]`, row-major, one number per pixel. */
export interface RealImage {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** An image that cannot be scored because `pixels` of its values are NaN or infinite. */
export class NonFiniteImageError extends RangeError {
  readonly code = 'METRICS_NON_FINITE';
  /** Which of the images: `"truth"`, `"image"`, … */
  readonly image: string;
  readonly pixels: number;

  constructor(image: string, pixels: number) {
    super(`expected finite numbers only, got NaN or infinity in ${pixels} pixel${pixels === 1 ? '' : 's'} of the ${image}`);
    this.name = 'NonFiniteImageError';
    this.image = image;
    this.pixels = pixels;
  }
}

/** Rows and columns of an image. */
export function sizeOf(image: { readonly shape: readonly number[] }): readonly [rows: number, cols: number] {
  const [rows, cols] = image.shape;
  if (image.shape.length !== 2 || rows === undefined || cols === undefined) {
    throw new RangeError(`expected an image of shape [rows, cols], got [${image.shape.join(', ')}]`);
  }
  return [rows, cols];
}

/** Moduli. */
export function amplitudeOf({ shape, data }: ComplexImage): RealImage {
  const result = new Float64Array(data.length / 2);
  for (let i = 0; i < result.length; i++) result[i] = Math.hypot(data[2 * i] as number, data[2 * i + 1] as number);
  return { shape, data: result };
}

/** Phases in radians, in (-pi, pi]. */
export function phaseOf({ shape, data }: ComplexImage): RealImage {
  const result = new Float64Array(data.length / 2);
  for (let i = 0; i < result.length; i++) result[i] = Math.atan2(data[2 * i + 1] as number, data[2 * i] as number);
  return { shape, data: result };
}

/**
 * Checks that two images can be compared: same shape, as many numbers as the shape says, all of them finite.
 *
 * @param partsPerPixel 1 for real images, 2 for complex ones
 * @throws RangeError, NonFiniteImageError
 */
export function assertComparable(truth: RealImage, image: RealImage, partsPerPixel: 1 | 2): void {
  for (const [name, { shape, data }] of Object.entries({ truth, image })) {
    const [rows, cols] = sizeOf({ shape });
    const expected = rows * cols * partsPerPixel;
    if (data.length !== expected) throw new RangeError(`expected ${expected} numbers in the ${name}, got ${data.length}`);
  }
  if (truth.shape[0] !== image.shape[0] || truth.shape[1] !== image.shape[1]) {
    throw new RangeError(`expected images of the same shape, got [${truth.shape.join(', ')}] and [${image.shape.join(', ')}]`);
  }
  assertFinite(truth, { name: 'truth', partsPerPixel });
  assertFinite(image, { name: 'image', partsPerPixel });
}

function assertFinite({ data }: RealImage, options: { readonly name: string; readonly partsPerPixel: 1 | 2 }): void {
  const { name, partsPerPixel } = options;
  let bad = 0;
  for (let i = 0; i < data.length; i += partsPerPixel) {
    if (!Number.isFinite(data[i]) || (partsPerPixel === 2 && !Number.isFinite(data[i + 1]))) bad++;
  }
  if (bad > 0) throw new NonFiniteImageError(name, bad);
}
