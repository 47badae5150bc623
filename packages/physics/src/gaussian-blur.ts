/** A real image, row-major. */
export interface RealMap {
  readonly height: number;
  readonly width: number;
  readonly data: Float64Array;
}

/** Gaussian blur, separable, kernel cut at four sigma, image continued by reflection about its edges; sigma 0 returns a copy. */
export function gaussianBlur(map: RealMap, sigma: number): RealMap {
  if (!(sigma >= 0)) throw new RangeError(`expected a sigma of at least 0, got ${sigma}`);
  if (sigma === 0) return { ...map, data: map.data.slice() };
  const kernel = gaussianKernel(sigma);
  const blurred = blurRows(map, kernel);
  return transposed(blurRows(transposed(blurred), kernel));
}

/** Weights of offsets 0 … radius, normalised over both sides. */
function gaussianKernel(sigma: number): Float64Array {
  const radius = Math.floor(4 * sigma + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp((-i * i) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / total);
}

function blurRows({ height, width, data }: RealMap, kernel: Float64Array): RealMap {
  const radius = kernel.length - 1;
  const blurred = new Float64Array(data.length);
  const line = new Float64Array(width + 2 * radius);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    for (let i = 0; i < line.length; i++) line[i] = data[start + reflected(i - radius, width)] as number;
    for (let column = 0; column < width; column++) {
      const centre = column + radius;
      let sum = (kernel[0] as number) * (line[centre] as number);
      for (let i = 1; i <= radius; i++) sum += (kernel[i] as number) * ((line[centre - i] as number) + (line[centre + i] as number));
      blurred[start + column] = sum;
    }
  }
  return { height, width, data: blurred };
}

/** Index of a pixel of the image mirrored at both edges, edge pixels repeated. */
function reflected(index: number, length: number): number {
  const period = 2 * length;
  const wrapped = ((index % period) + period) % period;
  return wrapped < length ? wrapped : period - 1 - wrapped;
}

function transposed({ height, width, data }: RealMap): RealMap {
  const turned = new Float64Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) turned[column * height + row] = data[row * width + column] as number;
  }
  return { height: width, width: height, data: turned };
}
